using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features.Batches;

/// <summary>
/// The ids of one slot for all rows of a batch, ragged: row r has ids[offsets[r] .. offsets[r + 1]]. Grows, never shrinks.
/// </summary>
/// <param name="slot">
/// The slot; of ids beyond its <see cref="FeatureSlot.MaxIds"/> a row the first are kept, or the last where a sequence begins with its
/// oldest step.
/// </param>
/// <param name="idsCarrySlots">Whether ids must be packed ones.</param>
internal sealed class SlotColumn(FeatureSlot slot, bool idsCarrySlots)
{
    private readonly bool _keepsLast = slot.IsSequence && slot.Order == SequenceOrder.OldestFirst;
    private readonly StepColumn _steps = new(slot);
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

    /// <summary>Whether the library fills it, after all rows were written.</summary>
    public bool IsDerived { get; } = slot.IsDerived;

    /// <summary>Whether each row has ids of its own, which are written with it.</summary>
    public bool IsWrittenByRow => !IsShared && !IsDerived;

    public ReadOnlySpan<long> Ids => _ids.AsSpan(0, _idCount);

    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, _closedRows + 1);

    /// <summary>Empty where every id weighs 1.</summary>
    public ReadOnlySpan<float> Weights => _isWeighted ? _weights.AsSpan(0, _idCount) : [];

    /// <summary>The dense values of each id, [ids, values a step].</summary>
    public ReadOnlySpan<float> StepValues => _steps.Of(0, _idCount);

    public void Add(long id)
    {
        if (slot.IsSequence) Add(new ReadOnlySpan<long>(in id));
        else
        {
            RequirePacked(id);
            if (OpenCount >= slot.MaxIds) return;
            Reserve(1);
            _ids[_idCount] = id;
            if (_isWeighted) _weights[_idCount] = 1;
            _idCount++;
        }
    }

    public void Add(long id, float weight) => Add(new ReadOnlySpan<long>(in id), new ReadOnlySpan<float>(in weight));

    public void Add(ReadOnlySpan<long> ids) => Add(ids, [], []);

    public void Add(ReadOnlySpan<long> ids, ReadOnlySpan<float> weights) => Add(ids, weights, []);

    /// <summary>Adds ids.</summary>
    /// <param name="ids">The ids, [n].</param>
    /// <param name="weights">The weight of each; empty: 1.</param>
    /// <param name="values">The dense values of each, [n, values a step]; empty: zeros.</param>
    public void Add(ReadOnlySpan<long> ids, ReadOnlySpan<float> weights, ReadOnlySpan<float> values)
    {
        var (first, kept) = Take(ids);
        if (!values.IsEmpty) values = values.Slice(first * _steps.Width, kept * _steps.Width);
        _steps.Write(_idCount, kept, values);
        if (!weights.IsEmpty && kept > 0) TakeWeights(weights.Slice(first, kept));
        else if (_isWeighted) _weights.AsSpan(_idCount, kept).Fill(1);
        _idCount += kept;
        if (_keepsLast) DropOldest();
    }

    /// <summary>Adds the ids of a row of another column of the slot, or those that all its rows share.</summary>
    public void Add(SlotColumn from, int row)
    {
        var bag = from.IsShared ? 0 : row;
        var (first, count) = (from._offsets[bag], from._offsets[bag + 1] - from._offsets[bag]);
        Reserve(count);
        from._ids.AsSpan(first, count).CopyTo(_ids.AsSpan(_idCount));
        from._steps.Of(first, count).CopyTo(_steps.Of(_idCount, count));
        if (from._isWeighted && !_isWeighted) BeginWeights();
        if (from._isWeighted) from._weights.AsSpan(first, count).CopyTo(_weights.AsSpan(_idCount));
        else if (_isWeighted) _weights.AsSpan(_idCount, count).Fill(1);
        _idCount += count;
    }

    /// <summary>Gives each of the given number of rows one id, which is to be written, in an empty column.</summary>
    /// <returns>The ids, [rows].</returns>
    public Span<long> BeginOneIdARow(int rows)
    {
        Reserve(rows);
        if (_offsets.Length <= rows) Array.Resize(ref _offsets, Math.Max(rows + 1, 2 * _offsets.Length));
        for (var row = 0; row <= rows; row++) _offsets[row] = row;
        (_idCount, _closedRows) = (rows, rows);
        return _ids.AsSpan(0, rows);
    }

    /// <summary>Makes the ids written from now on belong to every row of the batch.</summary>
    public void BeginShared()
    {
        IsShared = true;
        _closedRows = 1;
        _offsets[1] = _idCount;
    }

    public void EndShared() => _offsets[1] = _idCount;

    /// <summary>Whether the row that is being written may have another id.</summary>
    public bool HasRoom => OpenCount < slot.MaxIds;

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
    private (int First, int Kept) Take(ReadOnlySpan<long> ids)
    {
        var kept = Math.Min(ids.Length, _keepsLast ? slot.MaxIds : slot.MaxIds - OpenCount);
        var first = _keepsLast ? ids.Length - kept : 0;
        Reserve(kept);
        ids.Slice(first, kept).CopyTo(_ids.AsSpan(_idCount));
        if (!idsCarrySlots) return (first, kept);
        foreach (var id in _ids.AsSpan(_idCount, kept)) RequirePacked(id);
        foreach (var id in ids[..first]) RequirePacked(id);
        foreach (var id in ids[(first + kept)..]) RequirePacked(id);
        return (first, kept);
    }

    private void TakeWeights(ReadOnlySpan<float> weights)
    {
        ReserveWeights();
        var taken = _weights.AsSpan(_idCount, weights.Length);
        weights.CopyTo(taken);
        foreach (var weight in taken) FeatureWriter.RequireFinite(slot, weight);
        if (!_isWeighted) BeginWeights();
    }

    private void DropOldest()
    {
        var excess = OpenCount - slot.MaxIds;
        if (excess <= 0) return;
        var (first, kept) = (_idCount - OpenCount, slot.MaxIds);
        _ids.AsSpan(first + excess, kept).CopyTo(_ids.AsSpan(first));
        _steps.Move(first + excess, first, kept);
        if (_isWeighted) _weights.AsSpan(first + excess, kept).CopyTo(_weights.AsSpan(first));
        _idCount -= excess;
    }

    private void RequirePacked(long id)
    {
        if (idsCarrySlots && id < 0)
            throw OutOfRange.Of(nameof(id), id,
                $"The table of slot '{slot.Name}' says that its ids carry slots, but bit 63 of this id is set. "
                + "Make it by FeatureId.Of, or leave IdsCarrySlots off.");
    }

    private int OpenCount => IsShared ? _idCount : _idCount - _offsets[_closedRows];

    private void Reserve(int count)
    {
        _steps.Reserve(_idCount + count);
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
