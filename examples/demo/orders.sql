CREATE TABLE orders (
  id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  customer text NOT NULL,
  price numeric(10, 2) NOT NULL
);

INSERT INTO orders (customer, price) VALUES ('ada', 12.50), ('ada', 7.25), ('grace', 99.00);
