using System.Text;

namespace Monolith.Embeddings.Validation;

/// <summary>Which names files can hold: those that UTF-8 gives back as they were, and that are not too long.</summary>
internal static class StoredNames
{
    /// <summary>UTF-8 that refuses what it would have to replace, on both ways.</summary>
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What is wrong with a name; null where a file can hold it.</summary>
    public static string? ProblemOf(string? name, int maxBytes = StoredLimits.NameBytes)
    {
        if (name is null) return "is null; it needs a name.";
        if (name.Length == 0) return "is empty; it needs a name.";
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsSurrogate(name[i])) continue;
            if (i + 1 == name.Length || !char.IsSurrogatePair(name[i], name[i + 1]))
                return $"has half a surrogate pair, U+{(int)name[i]:X4} at {i}; files cannot hold it.";
            i++;
        }
        var bytes = Utf8.GetByteCount(name);
        return bytes <= maxBytes ? null : $"takes {bytes} bytes in UTF-8; files hold names of up to {maxBytes}.";
    }

    /// <summary>Requires a name of a plug-in that files can hold.</summary>
    /// <param name="name">The name.</param>
    /// <param name="owner">What has it, as the subject of a sentence.</param>
    /// <param name="maxBytes">How long it may be.</param>
    /// <returns>The name.</returns>
    /// <exception cref="ArgumentException">A file cannot hold it.</exception>
    public static string Require(string? name, string owner, int maxBytes = StoredLimits.NameBytes) =>
        ProblemOf(name, maxBytes) is { } problem ? throw new ArgumentException($"The name of {owner} {problem}") : name!;

    /// <summary>Requires a name that is not blank and that files can hold.</summary>
    /// <param name="errors">Receives the error.</param>
    /// <param name="property">The property that holds the name.</param>
    /// <param name="name">The name.</param>
    /// <param name="what">What needs it.</param>
    public static void Collect(OptionErrors errors, string property, string? name, string what)
    {
        if (string.IsNullOrWhiteSpace(name)) errors.Add(property, $"is empty; {what} needs a name.");
        else if (ProblemOf(name) is { } problem) errors.Add(property, problem);
    }
}
