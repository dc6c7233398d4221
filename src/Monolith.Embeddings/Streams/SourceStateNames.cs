using System.Text;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>What sections and segments of a source's state may be called. Short enough for what stands before them in a commit.</summary>
internal static class SourceStateNames
{
    private const int MaxBytes = 200;

    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    public static void Require(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (StoredNames.ProblemOf(name) is { } problem) throw new ArgumentException($"The name '{name}' {problem}", nameof(name));
        if (name.Contains('/', StringComparison.Ordinal)) throw new ArgumentException($"The name '{name}' has a slash.", nameof(name));
        var bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes > MaxBytes)
            throw new ArgumentException($"The name '{name}' takes {bytes} bytes in UTF-8; a source's take up to {MaxBytes}.", nameof(name));
    }
}
