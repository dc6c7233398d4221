using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Where examples come from: history, a live stream, or one after the other. Can be opened again at a position that an earlier batch
/// carried.
/// </summary>
/// <remarks>One reader at a time. Each batch that is yielded belongs to the receiver until it disposes it.</remarks>
public abstract partial class ExampleSource
{
    /// <summary>The schema of the batches.</summary>
    public abstract FeatureSchema Schema { get; }

    /// <summary>Whether <see cref="ReadAsync"/> can start at any position that an earlier batch carried.</summary>
    public abstract bool CanRewind { get; }

    /// <summary>Whether reading again from a position yields the same batches: the same examples, cut at the same places.</summary>
    public abstract bool IsDeterministic { get; }

    /// <summary>Reads batches in order, from a position to the end of the stream.</summary>
    /// <param name="from">A position that an earlier batch carried, or <see cref="StreamPosition.Start"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public abstract IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken);

    /// <summary>Says that everything before a position is durable in the trainer's commit and need not be kept for it any longer.</summary>
    /// <param name="position">A position that an earlier batch carried.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public virtual ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
