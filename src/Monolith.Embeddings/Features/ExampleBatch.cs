using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>
/// A batch to learn from: a <see cref="FeatureBatch"/> with labels, weights, event times and the stream position after it.
/// </summary>
/// <remarks>
/// A batch that an example source yields belongs to the receiver until <see cref="Dispose"/>, which hands its buffers back to the pool
/// that it came from; nothing of it may be read afterwards. A batch that the caller made belongs to the caller. Not thread-safe.
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
    private bool _isRented;

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
        _labels = [.. schema.Tasks.Select(_ => new RowColumn<float>(float.NaN))];
        _logitOffsets = [.. schema.Tasks.Select(_ => new RowColumn<float>(0))];
    }

    /// <summary>Where the stream goes on after this batch.</summary>
    public StreamPosition Position { get; set; }

    /// <summary>The importance of each example, [<see cref="FeatureBatch.Rows"/>]; 1 where none was given.</summary>
    public ReadOnlySpan<float> Weights => _weights.Closed(Rows);

    /// <summary>When each example happened, in milliseconds since the Unix epoch, [<see cref="FeatureBatch.Rows"/>].</summary>
    public ReadOnlySpan<long> EventTimes => _eventTimes.Closed(Rows);

    /// <summary>The id of the request that each example came from, [<see cref="FeatureBatch.Rows"/>]; 0 where none was given.</summary>
    public ReadOnlySpan<long> RequestIds => _requestIds.Closed(Rows);

    /// <summary>The labels of one task, [<see cref="FeatureBatch.Rows"/>]: 0 to 1, NaN where it was not observed.</summary>
    /// <param name="task">A task of this batch's schema.</param>
    public ReadOnlySpan<float> Labels(LabelTask task) => _labels[Own(task)].Closed(Rows);

    /// <summary>
    /// The logit offsets of one task, [<see cref="FeatureBatch.Rows"/>]: the model trains on its logit plus this and serves its logit
    /// alone (the correction of sampled examples); 0 where none was given.
    /// </summary>
    /// <param name="task">A task of this batch's schema.</param>
    public ReadOnlySpan<float> LogitOffsets(LabelTask task) => _logitOffsets[Own(task)].Closed(Rows);

    /// <summary>Begins an example. Complete it by <see cref="FeatureBatch.EndRow"/>, or drop it by <see cref="FeatureBatch.AbandonRow"/>.</summary>
    public ExampleWriter BeginExample()
    {
        BeginRow();
        return new ExampleWriter(this);
    }

    /// <summary>Hands the buffers back to the pool that the batch came from; does nothing for a batch that the caller made. Once only:
    /// afterwards the pool may have handed the batch to somebody else.</summary>
    public void Dispose()
    {
        if (_pool is null || !_isRented) return;
        _isRented = false;
        _pool.Return(this);
    }

    internal void MarkRented() => _isRented = true;

    internal void WriteLabel(LabelTask task, float label) => _labels[Own(task)].Open = label;

    internal void WriteLogitOffset(LabelTask task, float offset) => _logitOffsets[Own(task)].Open = offset;

    internal void WriteWeight(float weight) => _weights.Open = weight;

    internal void WriteTime(long eventTime, long requestId)
    {
        _eventTimes.Open = eventTime;
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

    private int Own(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        Schema.RequireOwn(task);
        return task.Index;
    }
}
