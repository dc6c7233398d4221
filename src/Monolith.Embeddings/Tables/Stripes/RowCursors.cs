namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>The cursors of a stripe, linked by position upwards. The stripe's lock covers it.</summary>
internal struct RowCursors
{
    private RowCursor? _first;

    /// <summary>Whether no cursor is here.</summary>
    public bool IsEmpty
    {
        get
        {
            DropAbandoned();
            return _first is null;
        }
    }

    public void Add(RowCursor cursor)
    {
        DropAbandoned();
        if (_first is null || _first.Position >= cursor.Position)
        {
            (cursor.Next, _first) = (_first, cursor);
            return;
        }
        var below = _first;
        while (below.Next is { } next && next.Position < cursor.Position) below = next;
        (cursor.Next, below.Next) = (below.Next, cursor);
    }

    public void Remove(RowCursor cursor)
    {
        if (_first == cursor) _first = cursor.Next;
        else
        {
            var below = _first;
            while (below is not null && below.Next != cursor) below = below.Next;
            if (below is not null) below.Next = cursor.Next;
        }
        cursor.Next = null;
    }

    /// <summary>The lowest cursor above a row; the others follow.</summary>
    public RowCursor? FirstAbove(int handle)
    {
        if (_first is null) return null;
        DropAbandoned();
        var cursor = _first;
        while (cursor is not null && cursor.Position <= handle) cursor = cursor.Next;
        return cursor;
    }

    /// <summary>Puts all enumerations at their end: there is no row left.</summary>
    public readonly void Finish()
    {
        for (var cursor = _first; cursor is not null; cursor = cursor.Next) cursor.Position = 0;
    }

    private void DropAbandoned()
    {
        while (_first is { IsAbandoned: true }) _first = _first.Next;
        for (var cursor = _first; cursor is not null; cursor = cursor.Next)
        {
            while (cursor.Next is { IsAbandoned: true }) cursor.Next = cursor.Next.Next;
        }
    }
}
