// The cells of a confusion matrix open the pictures that were counted there.
(() => {
  'use strict';

  for (const block of document.querySelectorAll('.confusion')) {
    const lists = new Map([...block.querySelectorAll('[data-of]')].map((list) => [list.dataset.of, list]));
    const cells = [...block.querySelectorAll('[data-cell]')].filter((cell) => lists.has(cell.dataset.cell));
    const show = (name) => {
      for (const [of, list] of lists) list.open = of === name;
      for (const cell of cells) cell.setAttribute('aria-expanded', cell.dataset.cell === name);
    };

    if (lists.size === 0) continue;
    block.classList.add('enhanced');
    block.querySelector('.cells').open = true;
    show(null);
    for (const cell of cells) {
      cell.disabled = false;
      cell.addEventListener('click', () => {
        const name = cell.getAttribute('aria-expanded') === 'true' ? null : cell.dataset.cell;
        show(name);
        if (name !== null) lists.get(name).scrollIntoView({ block: 'nearest' });
      });
    }
  }
})();
