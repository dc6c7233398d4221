using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Experiments.Learning;

/// <summary>
/// The events that a learner reads, in their order, up to a limit that moves on: what a run stops before, the next one begins with. Moved
/// between runs, not during one.
/// </summary>
/// <param name="places">The events, as places of the log.</param>
internal sealed class EventSequence(IReadOnlyList<int> places)
{
    /// <summary>How many of the events may be read, from the first on.</summary>
    public int Limit { get; set; } = places.Count;

    /// <summary>The events of a log in their order, from one place to before another.</summary>
    public static EventSequence Of(Range range, int count)
    {
        var (from, length) = range.GetOffsetAndLength(count);
        return new EventSequence([.. Enumerable.Range(from, length)]);
    }

    /// <summary>The events as a source that can be read again.</summary>
    public ExampleSource Open(ExampleEncoder<int> encoder, int batchSize) =>
        ExampleSource.From(() => places.Take(Limit), encoder, batchSize);
}
