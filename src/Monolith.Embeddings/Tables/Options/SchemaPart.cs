using System.Text;

namespace Monolith.Embeddings.Tables.Options;

/// <summary>A part of a schema as messages name it, such as a slot, and what it was made of. Immutable.</summary>
/// <param name="Name">Which part.</param>
/// <param name="Value">What it was made of.</param>
internal sealed record SchemaPart(string Name, string Value)
{
    private const int MostChars = 1000;
    private const string Admission = " admission", Limits = " limits";

    /// <summary>Whether two schemas that differ here are two; other parts may change from start to start.</summary>
    public bool IsOfFingerprint =>
        !Name.EndsWith(Admission, StringComparison.Ordinal) && !Name.EndsWith(Limits, StringComparison.Ordinal);

    /// <summary>Whether it is the admission filter of a table.</summary>
    public bool IsAdmissionOf(string table) => Name == PartOf(table, Admission);

    /// <summary>Whether it is what bounds the rows of a table.</summary>
    public bool IsLimitOf(string table) => Name == PartOf(table, Limits);

    /// <summary>A part whose texts a file can hold, whatever they are.</summary>
    public static SchemaPart Of(string name, string value) => new(Legible(name), Legible(value));

    /// <summary>The parts of a table.</summary>
    public static IEnumerable<SchemaPart> Of(EmbeddingTableOptions table)
    {
        var segments = table.Segments.Select(s =>
            $"'{s.Name}' of {s.Dimension}, {FingerprintNames.Of(s.Optimizer)}, {FingerprintNames.Of(s.Initializer)}");
        yield return Of($"table '{table.Name}'", $"IdsCarrySlots {table.IdsCarrySlots}, segments {string.Join("; ", segments)}");
        yield return new SchemaPart(PartOf(table.Name, Admission), Legible(table.Admission?.ToString() ?? "none"));
        yield return new SchemaPart(PartOf(table.Name, Limits),
            table.MaxRows is { } rows ? $"MaxRows {rows}" : "as many rows as memory allows");
    }

    private static string PartOf(string table, string what) => Legible($"table '{table}'") + what;

    // What is cut or cannot be written shows as such; nothing is decided by it.
    private static string Legible(string text)
    {
        var cut = text.Length > MostChars ? text[..MostChars] + "..." : text;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut));
    }
}
