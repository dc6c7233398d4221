using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Negatives;
using Monolith.Embeddings.Validation;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// A stage of a stream that has positives alone, such as a log of clicks or purchases: behind each positive come negatives, the same
/// example with other items. A model that learns from them ranks the items for a user.
/// </summary>
/// <remarks>
/// <para>
/// A negative is drawn among the items that were seen: those of positives that came earlier in the stream. It has all that the positive
/// has, the user, the context, the time, the weight and the request, but the item and what the item decides (<see
/// cref="NegativeSamplerOptions.ItemSlots"/>, <see cref="NegativeSamplerOptions.ItemDense"/>), as the newest positive of that item had
/// them. Its label is 0; labels of other tasks are not observed. Items of the same request, and the user's newest ones (<see
/// cref="NegativeSamplerOptions.User"/>), are not drawn. Examples that are no positives go by as they were.
/// </para>
/// <para>
/// Positives and negatives carry a logit offset, -ln(k Q): k is the number of negatives, and Q the probability by which the item is drawn,
/// rejections included. By it a model learns ln P(item | user) up to a constant, however negatives are drawn; without it the offset would
/// be learned too, and with it the ranking lose what is popular. What the model says is a log share for ranking, and no probability
/// of a click. An item that is rejected at many events of a user (his own favourites, by his window) is learned higher by as much as
/// negatives of it are missing: -ln(1 - share of events that reject it).
/// </para>
/// <para>
/// The sampler has a state, the items and the users' newest ones, which belongs into commits. Positions are those of its source; each batch
/// of the source becomes one of up to 1 + <see cref="NegativeSamplerOptions.PerPositive"/> times as many examples. Put it behind
/// <see cref="ExampleSource.Then"/>, so that what history has shown is drawn in the live stream, behind <see cref="ExampleSource.Epochs"/>
/// and <see cref="ExampleSource.Shuffled"/>, which refuse sources with a state, and before a log of examples, which then holds the
/// negatives too. Rows of one request are recognised within a batch, and where a batch goes on with the last request of the one before.
/// </para>
/// <para>One reading at a time; <see cref="Status"/> and <see cref="CaptureState"/> on any thread.</para>
/// <para>
/// Sources: sampled softmax and its correction, Bengio and Senecal 2008 and Yi et al. 2019; what binary classification against samples
/// learns, Gutmann and Hyvärinen 2010.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// // A log of purchases: each gets five items that others bought and this user did not lately.
/// var source = purchases.WithNegatives(new() { Task = bought, Item = item, ItemSlots = [category], User = user });
/// </code>
/// </example>
public sealed class NegativeSampler : ExampleSource
{
    private const string OwnPrefix = "negatives:", SourcePrefix = "sampled:";

    private readonly ExampleSource _source;
    private readonly LabelTask _task;
    private readonly SamplerState _state;
    private readonly SamplerWatch _watch;
    private readonly ExampleBatchPool _pool;
    private int _isReading;

    /// <summary>Puts negatives behind the positives of a source.</summary>
    /// <param name="source">What has positives alone.</param>
    /// <param name="options">Which negatives are drawn. Copied: later changes do not reach the sampler.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public NegativeSampler(ExampleSource source, NegativeSamplerOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        var errors = OptionErrors.Of(options);
        options.CollectErrors(errors, source.Schema);
        errors.Require(source is not NegativeSampler sampler || sampler._task != options.Task, nameof(options.Task),
            $"'{options.Task?.Name}' is sampled already: negatives would be drawn twice, each with the offset of one. Draw more by "
            + $"{nameof(options.PerPositive)}.");
        errors.ThrowIfAny(typeof(NegativeSamplerOptions));
        options = options.Copy();
        (_source, _task) = (source, options.Task!);
        _state = new(options, [.. options.ItemDense.SelectMany(range => Columns(range, source.Schema.DenseWidth))]);
        (_watch, _pool) = (new(options), new(source.Schema));
    }

    /// <inheritdoc />
    public override FeatureSchema Schema => _source.Schema;

    /// <inheritdoc />
    public override bool CanRewind => _source.CanRewind;

    /// <inheritdoc />
    public override bool IsDeterministic => _source.IsDeterministic;

    /// <inheritdoc />
    public override long BadRecords => _source.BadRecords;

    /// <inheritdoc />
    public override long SkippedRecords => _source.SkippedRecords;

    /// <inheritdoc />
    public override bool HasState => true;

    /// <summary>What it has done. Thread-safe.</summary>
    public NegativeSamplerStatus Status
    {
        get
        {
            var (frontier, bytes) = _state.Status;
            var counts = frontier.Counts;
            return new()
            {
                Positives = counts.Positives,
                Negatives = counts.Negatives,
                Missing = counts.Missing,
                Rejections = counts.Rejections,
                PassedBy = counts.Others,
                LabelledNegative = counts.Labelled,
                WithoutItem = counts.WithoutItem,
                Evicted = counts.Evicted,
                Expired = counts.Expired,
                Items = frontier.Items,
                Bytes = bytes,
            };
        }
    }

    /// <inheritdoc />
    public override SourceState CaptureState(StreamPosition at)
    {
        var state = new SourceState();
        state.Add(OwnPrefix, _state.Capture(at));
        if (_source.HasState) state.Add(SourcePrefix, _source.CaptureState(at));
        return state;
    }

    /// <inheritdoc />
    public override async ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        BeginUse();
        try
        {
            var own = state.Of(OwnPrefix);
            await _state.RestoreAsync(at, own, cancellationToken).ConfigureAwait(false);
            // A commit that was made without a sampler holds the state of the source alone.
            await _source.RestoreStateAsync(at, own.IsEmpty ? state : state.Of(SourcePrefix), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndUse();
        }
    }

    // A stream that is there once cannot be read again: what was read ahead of it stays as it was drawn.
    internal override bool ForgetsAtRest => _source.CanRewind;

    internal override async ValueTask<ForgottenInputs> ForgetAsync(
        SuppressionList list, StreamPosition? at, CancellationToken cancellationToken)
    {
        var inputs = await _source.ForgetAsync(list, at, cancellationToken).ConfigureAwait(false);
        var isReading = Volatile.Read(ref _isReading) != 0;
        var entries = _state.Forget(new SuppressedExamples(Schema, list), isReading ? null : at);
        return inputs with { SampledEntries = inputs.SampledEntries + entries };
    }

    /// <inheritdoc />
    public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BeginUse();
        try
        {
            _state.GoTo(from);
            await foreach (var batch in _source.ReadAsync(from, cancellationToken).ConfigureAwait(false)) yield return Sample(batch);
            _watch.End(_state.Status.Frontier.Counts);
        }
        finally
        {
            EndUse();
        }
    }

    /// <inheritdoc />
    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken) =>
        _source.CommittedAsync(position, cancellationToken);

    private static IEnumerable<int> Columns(Range range, int width)
    {
        var (first, count) = range.GetOffsetAndLength(width);
        return Enumerable.Range(first, count);
    }

    private ExampleBatch Sample(ExampleBatch batch)
    {
        var sampled = _pool.Rent();
        sampled.BeginFilling();
        var isFilled = false;
        try
        {
            var counts = _state.Process(batch, sampled);
            sampled.Position = batch.Position;
            _watch.Look(in counts);
            isFilled = true;
            return sampled;
        }
        finally
        {
            sampled.EndFilling();
            batch.Dispose();
            if (!isFilled) sampled.Dispose();
        }
    }

    private void BeginUse()
    {
        if (Interlocked.Exchange(ref _isReading, 1) != 0)
            throw new InvalidOperationException("The negative sampler is being read: it has one reading at a time. End that one first.");
    }

    private void EndUse() => Volatile.Write(ref _isReading, 0);
}
