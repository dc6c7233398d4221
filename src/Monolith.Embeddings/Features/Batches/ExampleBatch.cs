using System.Diagnostics;
using Monolith.Embeddings.Features.Batches;

namespace Monolith.Embeddings.Features;

/// <summary>
/// A batch to learn from: a <see cref="FeatureBatch"/> with labels, weights, event times and the stream position after it.
/// </summary>
/// <remarks>
/// A batch that an example source yields belongs to the receiver until <see cref="Dispose"/>, which hands its buffers back to the pool
/// that it came from; nothing of it may be read afterwards, and what tries throws <see cref="ObjectDisposedException"/> until the pool
/// hands the batch to other code. A batch that the caller made belongs to the caller. While a trainer learns from a batch, callbacks and
/// models may read it alone. Not thread-safe, except <see cref="Dispose"/>.
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
    private readonly OptionalColumn<float>[] _delays;
    private readonly OptionalColumn<float>[] _predictions;
    private readonly OptionalColumn<ServedAs> _served = new(default);
    private readonly OptionalColumn<bool> _isLate = new(false);
    private readonly OptionalColumn<float> _keepRates = new(1);
    private readonly FeatureSlot[] _positions;
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
        _delays = [.. schema.Tasks.Select(_ => new OptionalColumn<float>(0))];
        _predictions = [.. schema.Tasks.Select(_ => new OptionalColumn<float>(float.NaN))];
        _positions = [.. schema.Slots.Where(slot => slot.IsPosition)];
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
    /// How long after each example what its label tells happened, in seconds, [<see cref="FeatureBatch.Rows"/>]: of a positive the time to
    /// the action, of a negative the time that was waited for one; 0 where none was given. What a model of delays learns from.
    /// </summary>
    /// <param name="task">A task of this batch's schema.</param>
    public ReadOnlySpan<float> Delays(LabelTask task) => Closed(_delays[Own(task)]);

    /// <summary>
    /// How each example was served, [<see cref="FeatureBatch.Rows"/>]; the default where that is not known. Models learn from the position
    /// alone, in schemas with a slot of places (<see cref="FeatureSlot.IsPosition"/>).
    /// </summary>
    public ReadOnlySpan<ServedAs> Served => Closed(_served);

    /// <summary>
    /// What was predicted for one task when each example was served, [<see cref="FeatureBatch.Rows"/>]: a probability, as <see
    /// cref="LabelTask.Probability"/> gives it; NaN where that is not known. Metrics may score it in place of what a trainer predicts
    /// (<see cref="Training.MetricsOptions.AsServed"/>). Models learn nothing from it.
    /// </summary>
    /// <param name="task">A task of this batch's schema.</param>
    public ReadOnlySpan<float> ServedPredictions(LabelTask task) => Closed(_predictions[Own(task)]);

    /// <summary>
    /// Whether each example came after its time, [<see cref="FeatureBatch.Rows"/>]: it is learned from, and not scored, since it was an
    /// example already with another label.
    /// </summary>
    public ReadOnlySpan<bool> IsLate => Closed(_isLate);

    /// <summary>
    /// The probability with which sampling kept each example, [<see cref="FeatureBatch.Rows"/>], where logit offsets correct for what it
    /// dropped; 1 where none was given. Metrics count an example as 1 / this many. Models learn nothing from it.
    /// </summary>
    public ReadOnlySpan<float> KeepRates => Closed(_keepRates);

    /// <summary>Whether some example says with what probability it was kept.</summary>
    internal bool HasKeepRates => _keepRates.IsUsed;

    /// <summary>Whether some example says that it is late.</summary>
    internal bool HasLate => _isLate.IsUsed;

    /// <summary>Whether some example says how it was served.</summary>
    internal bool HasServed => _served.IsUsed;

    /// <summary>Whether some example says what was predicted for a task when it was served.</summary>
    internal bool HasServedPredictions(LabelTask task) => _predictions[Own(task)].IsUsed;

    /// <summary>Whether some example has a delay of a task.</summary>
    internal bool HasDelays(LabelTask task) => _delays[Own(task)].IsUsed;

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

    /// <summary>Appends an example of another batch.</summary>
    /// <param name="from">Of this schema, or of one like it.</param>
    /// <param name="row">One of its rows.</param>
    internal void Append(ExampleBatch from, int row)
    {
        BeginCopy(from, row);
        EndRow();
    }

    /// <summary>Begins an example with a copy of all that one of another batch has; what is written next replaces it.</summary>
    /// <param name="from">Of this schema, or of one like it.</param>
    /// <param name="row">One of its rows.</param>
    /// <returns>The writer of the example.</returns>
    internal ExampleWriter BeginCopy(ExampleBatch from, int row)
    {
        from.RequireReadable();
        BeginExample();
        CopyFeatures(from, row);
        for (var i = 0; i < _labels.Length; i++) _labels[i].Copy(from._labels[i], row);
        for (var i = 0; i < _logitOffsets.Length; i++) _logitOffsets[i].Copy(from._logitOffsets[i], row);
        _weights.Copy(from._weights, row);
        _eventTimes.Copy(from._eventTimes, row);
        _requestIds.Copy(from._requestIds, row);
        for (var i = 0; i < _delays.Length; i++) _delays[i].Copy(from._delays[i], row);
        for (var i = 0; i < _predictions.Length; i++) _predictions[i].Copy(from._predictions[i], row);
        _served.Copy(from._served, row);
        _isLate.Copy(from._isLate, row);
        _keepRates.Copy(from._keepRates, row);
        return new ExampleWriter(this);
    }

    /// <summary>Drops what the example that was begun says of tasks, and how it was served: it was never shown.</summary>
    internal void ForgetOutcome()
    {
        foreach (var column in _labels) column.Reset();
        foreach (var column in _logitOffsets) column.Reset();
        foreach (var column in _delays) Drop(column);
        foreach (var column in _predictions) Drop(column);
        Drop(_served);
    }

    /// <summary>
    /// Hands the buffers back to the pool that the batch came from; does nothing for a batch that the caller made. Once only: afterwards
    /// the pool may have handed the batch to other code. Does nothing while a trainer learns from the batch, which hands it back itself.
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

    /// <summary>The label of the row that was begun, NaN where none was written yet.</summary>
    internal float OpenLabel(LabelTask task) => _labels[Own(task)].Open;

    internal void WriteLogitOffset(LabelTask task, float offset) => _logitOffsets[Own(task)].Open = offset;

    internal void WriteWeight(float weight) => _weights.Open = weight;

    internal void WriteTime(long eventTimeMilliseconds, long requestId)
    {
        _eventTimes.Open = eventTimeMilliseconds;
        _requestIds.Open = requestId;
    }

    internal void WriteDelay(LabelTask task, float seconds) => _delays[Own(task)].Write(seconds);

    internal void WriteServedPrediction(LabelTask task, float probability) => _predictions[Own(task)].Write(probability);

    internal void WriteServed(in ServedAs served) => _served.Write(served);

    internal void WriteLate() => _isLate.Write(true);

    internal void WriteKeepRate(float rate) => _keepRates.Write(rate);

    // The place at which it was shown, and not the one that a request wrote, which was not known then.
    private protected override void FinishRow()
    {
        if (_positions.Length == 0 || _served.Open.Position == 0) return;
        foreach (var slot in _positions)
        {
            // What all rows share was said of all of them.
            if (!IsShared(slot)) EmptiedColumn(slot).Add(_served.Open.Position);
        }
    }

    private protected override void CompleteRow()
    {
        foreach (var column in _labels) column.Close(Rows);
        foreach (var column in _logitOffsets) column.Close(Rows);
        _weights.Close(Rows);
        _eventTimes.Close(Rows);
        _requestIds.Close(Rows);
        foreach (var column in _delays) column.Close(Rows);
        foreach (var column in _predictions) column.Close(Rows);
        _served.Close(Rows);
        _isLate.Close(Rows);
        _keepRates.Close(Rows);
    }

    private protected override void ClearOpenRow()
    {
        base.ClearOpenRow();
        foreach (var column in _labels) column.Reset();
        foreach (var column in _logitOffsets) column.Reset();
        _weights.Reset();
        _eventTimes.Reset();
        _requestIds.Reset();
        foreach (var column in _delays) Drop(column);
        foreach (var column in _predictions) Drop(column);
        Drop(_served);
        Drop(_isLate);
        Drop(_keepRates);
    }

    // What an empty batch says of no row is dropped as a whole.
    private void Drop<T>(OptionalColumn<T> column)
        where T : struct
    {
        if (Rows == 0) column.Clear();
        else column.Reset();
    }

    private ReadOnlySpan<T> Closed<T>(OptionalColumn<T> column)
        where T : struct
    {
        RequireReadable();
        return column.Closed(Rows);
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
        // Some other code keeps it as its own, and may dispose it again at any moment.
        if (!_isDisposedByOthers) pool.Return(this);
    }

    private int Own(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        Schema.RequireOwn(task);
        return task.Index;
    }
}
