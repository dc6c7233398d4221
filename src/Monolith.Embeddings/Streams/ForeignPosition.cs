using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>What is thrown where a source gets a position that another source made, as from the store of another model.</summary>
internal static class ForeignPosition
{
    private const string Advice = " A store goes on with the source that its commits were made with. Give it that source, or give this "
        + "source another store: there history.Then(next) learns a history first, or WarmStart brings the rows of the old store.";

    /// <param name="position">The position.</param>
    /// <param name="maker">What did not make it.</param>
    /// <param name="why">Why not, as the end of a sentence.</param>
    /// <param name="cause">What was found, or null.</param>
    public static ArgumentException Of(StreamPosition position, string maker, string why, Exception? cause = null) =>
        new($"The position {position} was not made by {maker}{why}.{Advice}", nameof(position), cause);
}
