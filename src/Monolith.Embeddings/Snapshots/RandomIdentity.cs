using System.Security.Cryptography;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Draws identities that no other process draws: of chains, and of the files of compactions. They name things and nothing is computed from them, so a replay of a stream still gives the same model.
/// </summary>
internal static class RandomIdentity
{
    public static Guid Next() => new(RandomNumberGenerator.GetBytes(16));
}
