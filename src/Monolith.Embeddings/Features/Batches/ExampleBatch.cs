using System.Diagnostics;
using Monolith.Embeddings.Features.Batches;

namespace Monolith.Embeddings.Features;

/// <summary>
/// A batch to learn from: a <see cref="FeatureBatch"/> with labels, weights, event times and the stream position after it.
/// </summary>
/// <remarks>
/// A batch that an example source yields belongs to the receiver until <see cref="Dispose"/>, which hands its buffers back to the pool
/// that it came from; nothing of it may be read afterwards, and what tries throws <see cref="ObjectDisposedException"/> until the pool
/// hands the batch to somebody else. A batch that the caller made belongs to the caller. While a trainer learns from a batch, callbacks and
/// models may read it alone. Not thread-safe, but for <see cref="Dispose"/>.
/// </remarks>
[DebuggerDisplay("{Rows} examples, {IdCount} ids")]
public sealed class ExampleBatch : FeatureBatch, IDisposable
{
    private readonly ExampleBatchPool? _pool;
    private readonly RowColumn<float>[] _labels;
    private readonly RowColumn<float>[] _logitOffsets;
    private readonly RowColumn<float> _weights = new(1);
    private readonly RowColumn<long> _eventTimes = new(0);
    private readonly RowColumn<long> _requestIds = new(0);
    private StreamPosition _position;
    private volatile bool _isDisposedByOthers;
    private bool _isSkipped;

    /// <summary>Creates an empty batch that belongs to the caller.</summary>
    /// <param name="schema">Says which slots, dense values and tasks an example has.</param>
    public ExampleBatch(FeatureSchema schema)
        : this(schema, null)
    {
    }

    internal ExampleBatch(FeatureSchema schema, ExampleBatchPool? pool)
        : base(schema)
    {
        _pool = pool;
        if (pool is not null) Pass(BatchUse.Held, BatchUse.Idle);
        _labels = [.. schema.Tasks.Select(_ => new RowColumn<float>(float.NaN))];
        _logitOffsets = [.. schema.Tasks.Select(_ => new RowColumn<float>(0))];
    }

    /// <summary>Where the stream goes on after this batch.</summary>
    public StreamPosition Position
    {
        get => _position;
        set
        {
            RequireWritable();
            _position = value;
        }
    }

    /// <summary>The importance of each example, [<see cref="FeatureBatch.Rows"/>]; 1 where none was given.</summary>
    public ReadOnlySpan<float> Weights => Closed(_weights);

    /// <summary>When each example happened, in milliseconds since the Unix epoch, [<see cref="FeatureBatch.Rows"/>].</summary>
    public ReadOnlySpan<long> EventTimesMilliseconds => Closed(_eventTimes);

    /// <summary>The id of the request that each example came from, [<see cref="FeatureBatch.Rows"/>]; 0 where none was given.</summary>
    public ReadOnlySpan<long> RequestIds => Closed(_requestIds);

    /// <summary>The labels of one task, [<see cref="FeatureBatch.Rows"/>]: 0 to 1, NaN where it was not observed.</summary>
    /// <param name="task">A task of this batch's schema.</param>
    public ReadOnlySpan<float> Labels(LabelTask task) => Closed(_labels[Own(task)]);

    /// <summary>
    /// The logit offsets of one task, [<see cref="FeatureBatch.Rows"/>]: the model trains on its logit plus this and serves its logit
    /// alone (the correction of sampled examples); 0 where none was given.
    /// </summary>
    /// <param name="task">A task of this batch's schema.</param>
    public ReadOnlySpan<float> LogitOffsets(LabelTask task) => Closed(_logitOffsets[Own(task)]);

    /// <summary>
    /// Begins an example. Complete it by <see cref="FeatureBatch.EndRow"/>, or drop it by <see cref="FeatureBatch.AbandonRow"/>.
    /// </summary>
    public ExampleWriter BeginExample()
    {
        BeginRow();
        _isSkipped = false;
        return new ExampleWriter(this);
    }

    /// <summary>Says that the example that was begun is left out.</summary>
    internal void Skip() => _isSkipped = true;

    /// <summary>Completes the example that was begun, or drops it where it is to be left out.</summary>
    /// <returns>Whether it is there.</returns>
    internal bool EndExample()
    {
        if (_isSkipped) AbandonRow();
        else EndRow();
        return !_isSkipped;
    }

    /// <summary>
    /// Hands the buffers back to the pool that the batch came from; does nothing for a batch that the caller made. Once only: afterwards
    /// the pool may have handed the batch to somebody else. Does nothing while a trainer learns from the batch, which hands it back itself.
    /// </summary>
    public void Dispose()
    {
        if (_pool is null) return;
        var use = Pass(BatchUse.Held, BatchUse.Idle);
        if (use == BatchUse.Held) Return(_pool);
        else if (use != BatchUse.Idle) _isDisposedByOthers = true;
    }

    /// <summary>Takes it out of the pool, for a caller of <see cref="ExampleBatchPool.Rent"/>.</summary>
    internal void MarkRented() => Pass(BatchUse.Idle, BatchUse.Held);

    /// <summary>Until <see cref="EndFilling"/>, the caller alone disposes it.</summary>
    internal void BeginFilling() => Pass(BatchUse.Held, BatchUse.Filling);

    internal void EndFilling() => Pass(BatchUse.Filling, BatchUse.Held);

    /// <summary>
    /// Begins to lend the batch to others, until <see cref="EndLoan"/>: they may read it, but neither change nor dispose it.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was disposed, or is lent already.</exception>
    internal void Lend()
    {
        var use = Pass(BatchUse.Held, BatchUse.Lent);
        if (use == BatchUse.Held) return;
        throw new InvalidOperationException(
            $"The source yielded a batch that {(use == BatchUse.Idle ? "was disposed" : "is still learned from")}. "
            + "A batch that a source yields belongs to the receiver: yield each once, and rent the next from an ExampleBatchPool.");
    }

    /// <summary>Ends the lending, and hands the buffers back.</summary>
    internal void EndLoan()
    {
        if (_pool is null) Pass(BatchUse.Lent, BatchUse.Held);
        else if (Pass(BatchUse.Lent, BatchUse.Idle) == BatchUse.Lent) Return(_pool);
    }

    internal void WriteLabel(LabelTask task, float label) => _labels[Own(task)].Open = label;

    internal void WriteLogitOffset(LabelTask task, float offset) => _logitOffsets[Own(task)].Open = offset;

    internal void WriteWeight(float weight) => _weights.Open = weight;

    internal void WriteTime(long eventTimeMilliseconds, long requestId)
    {
        _eventTimes.Open = eventTimeMilliseconds;
        _requestIds.Open = requestId;
    }

    private protected override void CompleteRow()
    {
        foreach (var column in _labels) column.Close(Rows);
        foreach (var column in _logitOffsets) column.Close(Rows);
        _weights.Close(Rows);
        _eventTimes.Close(Rows);
        _requestIds.Close(Rows);
    }

    private protected override void ClearOpenRow()
    {
        base.ClearOpenRow();
        foreach (var column in _labels) column.Reset();
        foreach (var column in _logitOffsets) column.Reset();
        _weights.Reset();
        _eventTimes.Reset();
        _requestIds.Reset();
    }

    private ReadOnlySpan<T> Closed<T>(RowColumn<T> column)
        where T : struct
    {
        RequireReadable();
        return column.Closed(Rows);
    }

    private void Return(ExampleBatchPool pool)
    {
        Empty();
        _position = default;
        // Somebody keeps it who takes it for his own, and may dispose it again at any moment.
        if (!_isDisposedByOthers) pool.Return(this);
    }

    private int Own(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        Schema.RequireOwn(task);
        return task.Index;
    }
}
