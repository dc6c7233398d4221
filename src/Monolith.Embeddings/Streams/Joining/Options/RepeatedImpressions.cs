namespace Monolith.Embeddings.Streams;

/// <summary>
/// What becomes of an impression whose key another has that is open or remembered, at another event time. One of the same event time is the
/// same impression delivered twice: it is dropped and counted whatever is set here.
/// </summary>
public enum RepeatedImpressions
{
    /// <summary>The first one stays; the others are dropped, and counted as conflicts.</summary>
    Drop,

    /// <summary>Each makes an example of its own, and an action counts for all whose windows hold it.</summary>
    List,
}
