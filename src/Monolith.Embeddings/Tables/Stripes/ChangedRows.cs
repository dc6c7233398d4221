using System.Numerics;
using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// Marks the runs of 16 rows of a stripe in which a row was written, or came to lie, since the marks began: a delta looks at no others. A
/// bit a run is so little that it stays in the cache while rows are written. The stripe's lock covers it.
/// </summary>
internal sealed class ChangedRows
{
    private const int RowsARun = 16;

    private ulong[] _marks = [];

    /// <summary>Marks the run of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Mark(int handle)
    {
        var run = (uint)handle / RowsARun;
        var word = run / 64;
        if (word >= (uint)_marks.Length) Grow((int)word);
        _marks[word] |= 1ul << (int)(run % 64);
    }

    /// <summary>Whether the run of a row is marked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsMarked(int handle)
    {
        var run = (uint)handle / RowsARun;
        return run / 64 < (uint)_marks.Length && (_marks[run / 64] & (1ul << (int)(run % 64))) != 0;
    }

    /// <summary>The last row of a row's run.</summary>
    public static int LastOfRun(int handle) => handle | (RowsARun - 1);

    /// <summary>Marks what others marked.</summary>
    public void Add(ChangedRows other)
    {
        if (other._marks.Length > _marks.Length) Grow(other._marks.Length - 1);
        for (var i = 0; i < other._marks.Length; i++) _marks[i] |= other._marks[i];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int word) => Array.Resize(ref _marks, (int)BitOperations.RoundUpToPowerOf2((uint)word + 1));
}
