// A table as a file that spreadsheets open.
(() => {
  const field = (value) => {
    if (value === null || value === undefined) return '';
    const text = typeof value === 'string' ? Ringside.dom.clean(value) : String(value);
    return /[",]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };

  // As summary.csv: names with units in the first line, RFC 4180's quotes, no figure no field.
  const text = (columns, rows) => [columns.map((column) => column.key), ...rows]
    .map((line) => line.map(field).join(',') + '\n').join('');

  const download = (name, columns, rows) => {
    const url = URL.createObjectURL(new Blob([text(columns, rows)], {type: 'text/csv'}));
    const link = Ringside.dom.el('a', {href: url, download: `${name}.csv`});
    document.body.append(link);
    link.click();
    link.remove();
    // The browser reads it after this has returned.
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  };

  Ringside.csv = {text, download};
})();
