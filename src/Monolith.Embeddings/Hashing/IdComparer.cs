namespace Monolith.Embeddings.Hashing;

/// <summary>
/// Compares ids for hash tables that ids of other people's choice come into: the framework's own hash of a number joins its halves by
/// exclusive or, so that ids of two equal halves would all collide. This one is keyed by a number that each process draws for itself;
/// nothing but the time that a search takes depends on it.
/// </summary>
internal sealed class IdComparer : IEqualityComparer<long>
{
    public static IdComparer Instance { get; } = new();

    public bool Equals(long x, long y) => x == y;

    public int GetHashCode(long obj) => HashCode.Combine((int)obj, (int)(obj >> 32));
}
