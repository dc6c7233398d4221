using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features.Batches;

/// <summary>
/// The ids of one slot for all rows of a batch, ragged: row r has ids[offsets[r] .. offsets[r + 1]]. Grows, never shrinks.
/// </summary>
/// <param name="slot">The slot; ids beyond its <see cref="FeatureSlot.MaxIds"/> a row are dropped.</param>
/// <param name="idsCarrySlots">Whether ids must be packed ones.</param>
internal sealed class SlotColumn(FeatureSlot slot, bool idsCarrySlots)
{
    private long[] _ids = new long[64];
    private int[] _offsets = new int[64];
    private float[] _weights = [];
    private bool _isWeighted;
    private int _idCount;
    private int _closedRows;
    private bool _isRagged;

    /// <summary>Whether each closed row has exactly one id, which weighs 1: row r has ids[r].</summary>
    public bool HasOneIdARow => !_isRagged && !IsShared && !_isWeighted;

    public bool IsShared { get; private set; }

    public ReadOnlySpan<long> Ids => _ids.AsSpan(0, _idCount);

    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, _closedRows + 1);

    /// <summary>Empty where every id weighs 1.</summary>
    public ReadOnlySpan<float> Weights => _isWeighted ? _weights.AsSpan(0, _idCount) : [];

    public void Add(long id)
    {
        RequirePacked(id);
        if (IsFull) return;
        Reserve(1);
        _ids[_idCount] = id;
        if (_isWeighted) _weights[_idCount] = 1;
        _idCount++;
    }

    public void Add(long id, float weight)
    {
        RequirePacked(id);
        if (IsFull) return;
        Reserve(1);
        if (!_isWeighted) BeginWeights();
        _ids[_idCount] = id;
        _weights[_idCount++] = weight;
    }

    public void Add(ReadOnlySpan<long> ids)
    {
        var kept = Take(ids);
        if (_isWeighted) _weights.AsSpan(_idCount, kept).Fill(1);
        _idCount += kept;
    }

    public void Add(ReadOnlySpan<long> ids, ReadOnlySpan<float> weights)
    {
        var kept = Take(ids);
        ReserveWeights();
        var taken = _weights.AsSpan(_idCount, kept);
        weights[..kept].CopyTo(taken);
        foreach (var weight in taken) FeatureWriter.RequireFinite(slot, weight);
        if (kept == 0) return;
        if (!_isWeighted) BeginWeights();
        _idCount += kept;
    }

    /// <summary>Makes the ids written from now on belong to every row of the batch.</summary>
    public void BeginShared()
    {
        IsShared = true;
        _closedRows = 1;
        _offsets[1] = _idCount;
    }

    public void EndShared() => _offsets[1] = _idCount;

    public bool IsEmpty => _idCount == 0 && _closedRows == 0;

    public void CloseRow()
    {
        if (_closedRows + 1 == _offsets.Length) Array.Resize(ref _offsets, 2 * _offsets.Length);
        _offsets[++_closedRows] = _idCount;
        _isRagged |= _idCount != _closedRows;
    }

    /// <summary>Forgets the ids of the row that was not closed.</summary>
    public void AbandonRow() => _idCount = _offsets[_closedRows];

    public void Clear()
    {
        _idCount = _closedRows = 0;
        IsShared = _isWeighted = _isRagged = false;
    }

    // What is looked at is the copy, behind the ids that count: a caller's span may change between two looks at it.
    private int Take(ReadOnlySpan<long> ids)
    {
        var kept = Math.Min(ids.Length, slot.MaxIds - OpenCount);
        Reserve(kept);
        ids[..kept].CopyTo(_ids.AsSpan(_idCount));
        if (!idsCarrySlots) return kept;
        foreach (var id in _ids.AsSpan(_idCount, kept)) RequirePacked(id);
        foreach (var id in ids[kept..]) RequirePacked(id);
        return kept;
    }

    private void RequirePacked(long id)
    {
        if (idsCarrySlots && id < 0)
            throw OutOfRange.Of(nameof(id), id,
                $"The table of slot '{slot.Name}' says that its ids carry slots, but bit 63 of this id is set. "
                + "Make it by FeatureId.Of, or leave IdsCarrySlots off.");
    }

    private int OpenCount => IsShared ? _idCount : _idCount - _offsets[_closedRows];

    private bool IsFull => OpenCount >= slot.MaxIds;

    private void Reserve(int count)
    {
        if (_idCount + count <= _ids.Length) return;
        var capacity = Math.Max(2 * _ids.Length, _idCount + count);
        Array.Resize(ref _ids, capacity);
        if (_isWeighted) Array.Resize(ref _weights, capacity);
    }

    private void ReserveWeights()
    {
        if (_weights.Length < _ids.Length) Array.Resize(ref _weights, _ids.Length);
    }

    private void BeginWeights()
    {
        ReserveWeights();
        _weights.AsSpan(0, _idCount).Fill(1);
        _isWeighted = true;
    }
}
