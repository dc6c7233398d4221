using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// Marks the rows of a stripe that were written, or came to lie elsewhere: since the last cut, and, until the commit of that cut is safe,
/// up to it. Marks nothing while no changes are followed. The stripe's lock covers it.
/// </summary>
internal struct ChangeMarks
{
    private ChangedRows? _sinceCut, _upToCut;

    /// <summary>The rows that a delta up to the last cut has to look at; null where a full snapshot is needed.</summary>
    public readonly ChangedRows? UpToCut => _upToCut;

    /// <summary>To be called when a row was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Mark(int handle) => _sinceCut?.Mark(handle);

    /// <summary>To be called when a row came to lie elsewhere. Its stamp tells to which side of the cut its last change belongs.</summary>
    public readonly void MarkMoved(int handle)
    {
        _sinceCut?.Mark(handle);
        _upToCut?.Mark(handle);
    }

    /// <summary>Follows changes from now on.</summary>
    public void Begin() => (_sinceCut, _upToCut) = (new ChangedRows(), null);

    /// <summary>Follows changes no more.</summary>
    public void End() => (_sinceCut, _upToCut) = (null, null);

    /// <summary>Cuts: what was marked is of the time up to the cut.</summary>
    public void Cut()
    {
        // The commit of the cut before failed where its marks are still there.
        if (_upToCut is not null) _sinceCut!.Add(_upToCut);
        (_upToCut, _sinceCut) = (_sinceCut, new ChangedRows());
    }

    /// <summary>Forgets the marks up to the cut, whose commit is safe.</summary>
    public void Release() => _upToCut = null;
}
