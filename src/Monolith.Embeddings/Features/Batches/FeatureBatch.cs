using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Features.Batches;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// What a model is asked about: some rows, each with any number of ids a slot and <see cref="FeatureSchema.DenseWidth"/> dense values.
/// Spans handed out are valid until the batch is next written to or cleared. Whoever made the batch owns it; nobody keeps a reference
/// to it beyond the call it was passed to. Not thread-safe; reading from several threads is allowed while nobody writes.
/// </summary>
[DebuggerDisplay("{Rows} rows, {IdCount} ids")]
public class FeatureBatch
{
    private readonly SlotColumn[] _columns;
    private float[] _dense;

    // What each row begins with.
    private readonly float[] _sharedDense;

    // What writers were given for: it goes up when a row ends, or when the batch is cleared.
    private int _rowEpoch, _epoch;
    private BatchUse _use;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="schema">Says which slots and how many dense values a row has.</param>
    public FeatureBatch(FeatureSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        _columns = [.. schema.Slots.Select(slot => new SlotColumn(slot, schema.Tables[slot.Table].IdsCarrySlots))];
        _dense = new float[64 * schema.DenseWidth];
        _sharedDense = new float[schema.DenseWidth];
    }

    /// <summary>What the batch is shaped by.</summary>
    public FeatureSchema Schema { get; }

    /// <summary>The number of complete rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Another number whenever the batch was written to: it says whether what was read of it still holds.</summary>
    internal int Version { get; private set; }

    /// <summary>The number of ids in all slots together.</summary>
    public int IdCount
    {
        get
        {
            var count = 0;
            foreach (var column in _columns) count += column.Ids.Length;
            return count;
        }
    }

    /// <summary>The dense features, [<see cref="Rows"/>, <see cref="FeatureSchema.DenseWidth"/>]; 0 where none was given.</summary>
    public ReadOnlySpan<float> Dense
    {
        get
        {
            RequireReadable();
            return _dense.AsSpan(0, Rows * Schema.DenseWidth);
        }
    }

    /// <summary>The ids of a slot, row after row.</summary>
    /// <param name="slot">A slot of this batch's schema.</param>
    public ReadOnlySpan<long> Ids(FeatureSlot slot) => ReadableColumn(slot).Ids;

    /// <summary>
    /// Where each row's ids begin and end: <see cref="Rows"/> + 1 offsets into <see cref="Ids"/>, or two where the slot
    /// <see cref="IsShared"/>.
    /// </summary>
    /// <param name="slot">A slot of this batch's schema.</param>
    public ReadOnlySpan<int> Offsets(FeatureSlot slot) => ReadableColumn(slot).Offsets;

    /// <summary>The weight of each id in <see cref="Ids"/>; empty where all are 1.</summary>
    /// <param name="slot">A slot of this batch's schema.</param>
    public ReadOnlySpan<float> IdWeights(FeatureSlot slot) => ReadableColumn(slot).Weights;

    /// <summary>Whether one bag of ids serves every row (the user's side of a request).</summary>
    /// <param name="slot">A slot of this batch's schema.</param>
    public bool IsShared(FeatureSlot slot) => ReadableColumn(slot).IsShared;

    /// <summary>Whether each row has exactly one id of a slot, which weighs 1, so that row r has the slot's id r.</summary>
    /// <param name="slot">A slot of this batch's schema.</param>
    internal bool HasOneIdARow(FeatureSlot slot) => ReadableColumn(slot).HasOneIdARow;

    /// <summary>
    /// Begins a row and returns the writer for it. Complete it by <see cref="EndRow"/>, or drop it by <see cref="AbandonRow"/>.
    /// </summary>
    public FeatureWriter BeginRow()
    {
        RequireWritable();
        ReserveDense(Rows + 1);
        return new FeatureWriter(this);
    }

    /// <summary>Completes the row that was begun.</summary>
    public void EndRow()
    {
        RequireWritable();
        _rowEpoch++;
        foreach (var column in _columns)
        {
            if (!column.IsShared) column.CloseRow();
        }
        CompleteRow();
        Rows++;
        Version++;
    }

    /// <summary>Drops what was written of the row that was begun.</summary>
    public void AbandonRow()
    {
        RequireWritable();
        _rowEpoch++;
        foreach (var column in _columns)
        {
            if (!column.IsShared) column.AbandonRow();
        }
        ClearOpenRow();
    }

    /// <summary>Empties the batch and keeps its buffers.</summary>
    public void Clear()
    {
        RequireWritable();
        Empty();
    }

    /// <summary>Empties the batch, for its pool.</summary>
    private protected void Empty()
    {
        _rowEpoch++;
        _epoch++;
        foreach (var column in _columns) column.Clear();
        (Rows, Version) = (0, Version + 1);
        _sharedDense.AsSpan().Clear();
        ClearOpenRow();
    }

    /// <summary>
    /// Writes what serves every row: a slot that is written here is shared until <see cref="Clear"/>, and no row writes it; a dense feature
    /// is what the rows begun from then on have unless they say otherwise.
    /// </summary>
    public FeatureWriter Shared
    {
        get
        {
            RequireWritable();
            return new FeatureWriter(this, isShared: true);
        }
    }

    /// <summary>What a writer is given for; another number afterwards.</summary>
    internal int EpochOf(bool isShared) => isShared ? _epoch : _rowEpoch;

    [DoesNotReturn]
    internal static void ThrowRowEnded() =>
        throw new InvalidOperationException(
            "The row of this writer has ended, or its batch was cleared: begin another row, and write that.");

    /// <summary>Lets a model read the batch, but not change it, until <see cref="EndLoanToModel"/>.</summary>
    internal void LendToModel() => Pass(BatchUse.Held, BatchUse.Lent);

    internal void EndLoanToModel() => Pass(BatchUse.Lent, BatchUse.Held);

    internal SlotColumn WritableColumn(FeatureSlot slot, bool shared)
    {
        var column = Column(slot);
        if (shared) Version++;
        if (column.IsShared == shared) return column;
        if (!shared)
            throw new InvalidOperationException($"Slot '{slot.Name}' is shared by all rows and cannot be written a row at a time.");
        if (!column.IsEmpty)
            throw new InvalidOperationException(
                $"Slot '{slot.Name}' cannot be shared: rows were written to it. Write the shared side first.");
        column.BeginShared();
        return column;
    }

    internal void WriteDense(int index, float value, bool shared)
    {
        if ((uint)index >= (uint)Schema.DenseWidth)
            throw OutOfRange.Of(nameof(index), index, $"The schema has {Schema.DenseWidth} dense features.");
        if (shared) _sharedDense[index] = value;
        else _dense[Rows * Schema.DenseWidth + index] = value;
    }

    private protected virtual void CompleteRow()
    {
    }

    private protected virtual void ClearOpenRow() => _sharedDense.CopyTo(OpenDense());

    /// <summary>Passes the batch on, if <paramref name="from"/> is right about who has it. Thread-safe.</summary>
    /// <returns>Who had it.</returns>
    private protected BatchUse Pass(BatchUse from, BatchUse to) => Interlocked.CompareExchange(ref _use, to, from);

    /// <exception cref="ObjectDisposedException">The batch was given back to its pool.</exception>
    private protected void RequireReadable()
    {
        if (_use == BatchUse.Idle) ThrowUse();
    }

    /// <exception cref="ObjectDisposedException">The batch was given back to its pool.</exception>
    /// <exception cref="InvalidOperationException">It is being learned from.</exception>
    private protected void RequireWritable()
    {
        if (_use > BatchUse.Filling) ThrowUse();
    }

    [DoesNotReturn]
    private void ThrowUse()
    {
        ObjectDisposedException.ThrowIf(_use == BatchUse.Idle, this);
        throw new InvalidOperationException(
            "The batch is being learned from or predicted, and may be read alone until then: copy what is to be changed into "
            + "a batch of your own.");
    }

    private Span<float> OpenDense() => _dense.Length == 0 ? [] : _dense.AsSpan(Rows * Schema.DenseWidth, Schema.DenseWidth);

    private void ReserveDense(int rows)
    {
        var needed = (long)rows * Schema.DenseWidth;
        if (needed > Array.MaxLength)
            throw new InvalidOperationException(
                $"{rows} rows of {Schema.DenseWidth} dense features are {needed} floats; an array holds {Array.MaxLength}. Use "
                + "smaller batches.");
        if (needed > _dense.Length) Array.Resize(ref _dense, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _dense.Length)));
        _sharedDense.CopyTo(OpenDense());
    }

    private SlotColumn ReadableColumn(FeatureSlot slot)
    {
        RequireReadable();
        return Column(slot);
    }

    private SlotColumn Column(FeatureSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        Schema.RequireOwn(slot);
        return _columns[slot.Index];
    }
}
