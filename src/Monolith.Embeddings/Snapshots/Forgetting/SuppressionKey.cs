using System.Security.Cryptography;
using System.Text;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Snapshots.Forgetting;

/// <summary>The random bits under which ids are hashed. Immutable.</summary>
/// <param name="Low">The first 8 bytes, little-endian.</param>
/// <param name="High">The last 8 bytes.</param>
internal readonly record struct SuppressionKey(ulong Low, ulong High)
{
    public static SuppressionKey New()
    {
        Span<byte> bytes = stackalloc byte[KeyedHash.KeyBytes];
        RandomNumberGenerator.Fill(bytes);
        return new SuppressionKey(BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes[sizeof(ulong)..]));
    }

    /// <summary>The hash of a table: equal ids of two tables have nothing in common.</summary>
    public KeyedHash HashOf(string table) => new KeyedHash(Low, High).Derive(Encoding.UTF8.GetBytes(table));
}
