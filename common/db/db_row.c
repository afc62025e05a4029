/* db_row.c: reads the cells of an answer */
/* SPDX-License-Identifier: MIT */
#include "db/db.h"

static const struct db_arg *cell_at(
    const struct db_rows *r, size_t row, size_t column)
{
	assert(row < r->n && column < r->columns);
	return &r->cells[row * r->columns + column];
}

struct id db_row_id(const struct db_rows *r, size_t row, size_t column)
{
	const struct db_arg *cell = cell_at(r, row, column);

	assert(cell->type == 'd');
	return cell->d; /* zeroes when NULL */
}

struct str db_row_str(const struct db_rows *r, size_t row, size_t column)
{
	const struct db_arg *cell = cell_at(r, row, column);

	assert(cell->type == 's' || cell->type == 'b');
	return cell->s;
}

int64_t db_row_int(const struct db_rows *r, size_t row, size_t column)
{
	const struct db_arg *cell = cell_at(r, row, column);

	assert(cell->type == 'i');
	return cell->i;
}

uint64_t db_row_uint(const struct db_rows *r, size_t row, size_t column)
{
	const struct db_arg *cell = cell_at(r, row, column);

	assert(cell->type == 'u');
	return cell->u;
}

int64_t db_row_time(const struct db_rows *r, size_t row, size_t column)
{
	const struct db_arg *cell = cell_at(r, row, column);

	assert(cell->type == 't');
	return cell->i;
}

bool db_row_null(const struct db_rows *r, size_t row, size_t column)
{
	return cell_at(r, row, column)->is_null;
}
