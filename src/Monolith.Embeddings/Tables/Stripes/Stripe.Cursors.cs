using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Stripes;

internal sealed partial class Stripe
{
    private RowCursors _cursors;

    /// <summary>
    /// Takes the next rows of a pass, at most <paramref name="most"/>: those from the cursor's new position up. A pass begins with a cursor that is not
    /// open, and has ended when the cursor is not open any more. Meanwhile a row that stays is taken exactly once, whatever else is removed; rows that
    /// are created are not taken.
    /// </summary>
    /// <returns>How many rows; valid until the lock is left.</returns>
    public int TakeRows(RowCursor cursor, int most)
    {
        if (cursor.IsOpen) _cursors.Remove(cursor);
        else cursor.Position = _rows.Count;
        var taken = Math.Min(most, cursor.Position);
        cursor.Position -= taken;
        cursor.IsOpen = cursor.Position > 0;
        if (cursor.IsOpen) _cursors.Add(cursor);
        return taken;
    }

    public Row RowAt(int handle) => _rows[handle];

    // No row may cross a cursor: a pass would meet one that it has taken, or miss one that it has not. So the hole travels up through the
    // cursors: the row just below each fills the hole and leaves one that the cursor then steps over. Without cursors the last row fills the hole.
    private int LiftHole(int hole)
    {
        for (var cursor = _cursors.FirstAbove(hole); cursor is not null; cursor = cursor.Next)
        {
            var below = cursor.Position - 1;
            MoveRow(below, hole);
            cursor.Position = hole = below;
        }
        return hole;
    }

    private void MoveRow(int from, int to)
    {
        if (from == to) return;
        var key = _rows[from].Key;
        _index.Move(key, _index.HashOf(key), from, to);
        CopyRow(from, to);
    }

    private void CopyRow(int from, int to)
    {
        _changed?.Mark(to);
        _scanned?.Mark(to);
        _rows.Copy(from, to);
    }
}
