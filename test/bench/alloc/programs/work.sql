-- SPDX-License-Identifier: Apache-2.0
-- Work for SQLite in memory: orders of customers, indexed, joined, grouped, searched, changed. `run` writes the number of
-- orders into the parameter table before.
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INTEGER, amount REAL, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT (SELECT orders / 20 + 1 FROM parameter))
INSERT INTO customer SELECT i, printf('customer %d of %d', i, i * 7919 % 1000), 'city ' || (i * 31 % 97) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT (SELECT orders FROM parameter))
INSERT INTO purchase SELECT i, i * 7919 % (SELECT orders / 20 + 1 FROM parameter) + 1, i * 37 % 1000 / 7.0,
  'note ' || hex(i * 2654435761) || substr('the quick brown fox jumps over the lazy dog', i % 20) FROM n;
CREATE INDEX purchase_customer ON purchase (customer);
CREATE INDEX purchase_note ON purchase (note);
SELECT city, count(*), round(sum(amount), 2) FROM purchase JOIN customer ON customer.id = customer
GROUP BY city ORDER BY 3 DESC LIMIT 5;
SELECT count(*), length(group_concat(note, ';')) FROM purchase WHERE note LIKE '%fox%';
SELECT count(DISTINCT upper(note) || customer) FROM purchase;
SELECT round(sum(running)) FROM (SELECT sum(amount) OVER (PARTITION BY customer ORDER BY id) AS running FROM purchase);
SELECT count(*) FROM (SELECT json_object('id', id, 'note', note, 'amount', amount) AS text FROM purchase)
WHERE json_extract(text, '$.amount') > 70;
UPDATE purchase SET note = note || ' changed', amount = amount * 1.1 WHERE id % 3 = 0;
DELETE FROM purchase WHERE customer % 5 = 0;
SELECT count(*), max(note) FROM purchase;
