using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Features.Batches;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// What a model is asked about: some rows, each with any number of ids a slot, <see cref="FeatureSchema.DenseWidth"/> dense values and a
/// number or none in each of the <see cref="FeatureSchema.Numbers"/>.
/// Spans handed out are valid until the batch is next written to or cleared. The code that made the batch owns it; no callee
/// keeps a reference to it beyond the call it was passed to. Not thread-safe; several threads may read it while none writes.
/// </summary>
[DebuggerDisplay("{Rows} rows, {IdCount} ids")]
public partial class FeatureBatch
{
    private readonly SlotColumn[] _columns;
    private readonly HeldColumns? _held;
    private readonly ValueRows _dense;

    // What writers were given for: it goes up when a row ends, or when the batch is cleared.
    private int _rowEpoch, _epoch;
    private bool _isRowOpen;
    private BatchUse _use;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="schema">Says which slots and how many dense values a row has.</param>
    public FeatureBatch(FeatureSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        _columns = [.. schema.Slots.Select(slot => new SlotColumn(slot, schema.Tables[slot.Table].IdsCarrySlots))];
        _held = HeldColumns.Of(schema);
        _dense = new ValueRows(schema.DenseWidth, absent: 0, "dense features");
        _numbers = new ValueRows(schema.Numbers.Count, absent: float.NaN, "raw columns");
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
            return _dense.Closed(Rows);
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

    /// <summary>
    /// The dense values of each id in <see cref="Ids"/>, as steps of a sequence: [ids, the slot's <see cref="FeatureSlot.StepValues"/>];
    /// 0 where none were given.
    /// </summary>
    /// <param name="slot">A slot of this batch's schema.</param>
    public ReadOnlySpan<float> StepValues(FeatureSlot slot) => ReadableColumn(slot).StepValues;

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
        _dense.Begin(Rows);
        _numbers.Begin(Rows);
        _isRowOpen = true;
        return new FeatureWriter(this);
    }

    /// <summary>Completes the row that was begun.</summary>
    public void EndRow()
    {
        RequireWritable();
        _rowEpoch++;
        _isRowOpen = false;
        FinishRow();
        foreach (var column in _columns)
        {
            if (column.IsWrittenByRow) column.CloseRow();
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
        _isRowOpen = false;
        foreach (var column in _columns)
        {
            if (column.IsWrittenByRow) column.AbandonRow();
        }
        ClearOpenRow();
    }

    /// <summary>Empties the batch and keeps its buffers.</summary>
    public void Clear()
    {
        RequireWritable();
        Empty();
    }

    /// <summary>Drops all rows; what they share stays.</summary>
    internal void ClearRows()
    {
        RequireWritable();
        _rowEpoch++;
        _isRowOpen = false;
        foreach (var column in _columns)
        {
            if (column.IsWrittenByRow) column.Clear();
        }
        (Rows, Version) = (0, Version + 1);
        ClearOpenRow();
    }

    /// <summary>Empties the batch, for its pool.</summary>
    private protected void Empty()
    {
        _rowEpoch++;
        _epoch++;
        _isRowOpen = false;
        foreach (var column in _columns) column.Clear();
        (Rows, Version) = (0, Version + 1);
        _dense.ClearShared();
        _numbers.ClearShared();
        ClearOpenRow();
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

    /// <summary>
    /// Lets the slots that are held in serving have their held id in every row, for readers, until <see cref="EndHolding"/>. Meanwhile
    /// nothing is written.
    /// </summary>
    internal void BeginHolding() => ExchangeHeld();

    /// <summary>Puts back what was written.</summary>
    internal void EndHolding() => ExchangeHeld();

    private void ExchangeHeld()
    {
        if (_held is null) return;
        _held.Exchange(_columns);
        ForgetDerived();
    }

    internal SlotColumn WritableColumn(FeatureSlot slot, bool shared)
    {
        var column = Column(slot);
        if (column.IsDerived) FeatureSchema.ThrowDerived(slot);
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

    /// <summary>The column of a slot for the row that was begun, without the ids that were written so far.</summary>
    internal SlotColumn EmptiedColumn(FeatureSlot slot)
    {
        var column = WritableColumn(slot, shared: false);
        column.AbandonRow();
        return column;
    }

    internal void WriteDense(int index, float value, bool shared)
    {
        if ((uint)index >= (uint)Schema.DenseWidth)
            throw OutOfRange.Of(nameof(index), index, $"The schema has {Schema.DenseWidth} dense features.");
        if (shared)
        {
            if (HasRows) ThrowHasRows($"Dense feature {index}");
            _dense.Share(index, value);
        }
        else _dense.Write(Rows, index, value);
    }

    /// <summary>Gives the row that was begun the features of a row of another batch; what all rows of that share becomes its own.</summary>
    /// <param name="from">Of this schema, or of one like it.</param>
    /// <param name="row">One of its rows.</param>
    private protected void CopyFeatures(FeatureBatch from, int row)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            if (!_columns[i].IsDerived) _columns[i].Add(from._columns[i], row);
        }
        _dense.Copy(from._dense, row, Rows);
        _numbers.Copy(from._numbers, row, Rows);
    }

    /// <summary>Adds a row with the features of another batch's, except some slots, which stay empty, and some dense features.</summary>
    /// <param name="slots">Whether a slot stays empty, by its index.</param>
    /// <param name="dense">The dense features that become 0.</param>
    /// <param name="numbers">The raw columns that become missing.</param>
    /// <param name="from">Of this schema, or of one like it.</param>
    /// <param name="row">One of its rows.</param>
    internal void AddWithout(
        ReadOnlySpan<bool> slots, ReadOnlySpan<int> dense, ReadOnlySpan<int> numbers, FeatureBatch from, int row)
    {
        BeginRow();
        for (var i = 0; i < _columns.Length; i++)
        {
            if (!slots[i] && !_columns[i].IsDerived) _columns[i].Add(from._columns[i], row);
        }
        _dense.Copy(from._dense, row, Rows);
        _numbers.Copy(from._numbers, row, Rows);
        foreach (var column in dense) _dense.Clear(Rows, column);
        foreach (var column in numbers) _numbers.Clear(Rows, column);
        EndRow();
    }

    /// <summary>Writes what follows from what was written of the row, before it is closed.</summary>
    private protected virtual void FinishRow()
    {
    }

    private protected virtual void CompleteRow()
    {
    }

    private protected virtual void ClearOpenRow()
    {
        _dense.Reset(Rows);
        _numbers.Reset(Rows);
    }

    /// <summary>Passes the batch on, if <paramref name="from"/> is right about who has it. Thread-safe.</summary>
    /// <returns>The earlier owner.</returns>
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

    private SlotColumn ReadableColumn(FeatureSlot slot)
    {
        RequireReadable();
        var column = Column(slot);
        if (column.IsDerived && _derivedVersion != Version) ThrowNotDerived(slot);
        return column;
    }

    private SlotColumn Column(FeatureSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        Schema.RequireOwn(slot);
        return _columns[slot.Index];
    }
}
