using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Features.Catalogue;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Texts of ids, by table: what an item is called, for people who look at a model. Bounded; nothing is learned from it. A trainer that has
/// one (<see cref="Training.OnlineTrainer.Catalogue"/>) saves it with its commits, and replicas and live predictors have it
/// (<see cref="Serving.Predictor.TextOf"/>). Thread-safe.
/// </summary>
/// <example>
/// <code>
/// var titles = new IdCatalogue();
/// titles.TrySet("items", 1_234_567, "Solaris (1972)");
/// await using var trainer = new OnlineTrainer(tables, model, source, store) { Catalogue = titles };
/// </code>
/// </example>
[DebuggerDisplay("{Count} texts, {Bytes} bytes")]
public sealed class IdCatalogue
{
    /// <summary>The longest text, in bytes of UTF-8: 4,096.</summary>
    public const int MaxTextBytes = 4096;

    internal const int MostTexts = 1 << 24;

    internal const long MostBytes = 1 << 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<long, string>> _texts = new(StringComparer.Ordinal);
    private long _refused;

    /// <summary>Creates an empty catalogue.</summary>
    /// <param name="maxTexts">How many texts it holds at most: 1 to 16,777,216.</param>
    /// <param name="maxBytes">
    /// How many bytes they take at most as they are saved: 4,096 to 1,073,741,824. A commit after a change writes all of them.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A bound lies outside.</exception>
    public IdCatalogue(int maxTexts = 100_000, long maxBytes = 16 << 20)
    {
        if (maxTexts is < 1 or > MostTexts) throw OutOfRange.Of(nameof(maxTexts), maxTexts, $"A catalogue has 1 to {MostTexts} texts.");
        if (maxBytes is < MaxTextBytes or > MostBytes)
            throw OutOfRange.Of(nameof(maxBytes), maxBytes, $"A catalogue has {MaxTextBytes} to {MostBytes} bytes.");
        (MaxTexts, MaxBytes) = (maxTexts, maxBytes);
    }

    /// <summary>How many texts it holds at most.</summary>
    public int MaxTexts { get; }

    /// <summary>How many bytes they take at most, as they are saved.</summary>
    public long MaxBytes { get; }

    /// <summary>How many texts it holds.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes they take, as they are saved.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many texts were not taken because there was no room.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Another number after each change.</summary>
    internal long Version { get; private set; }

    /// <summary>Sets the text of an id, which need not have a row.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="id">Any id.</param>
    /// <param name="text">The text: up to <see cref="MaxTextBytes"/> bytes in UTF-8, without lone surrogates.</param>
    /// <returns>Whether it was taken; false, and counted, where there is no room: what was there stays.</returns>
    /// <exception cref="ArgumentException">The text is too long, or UTF-8 cannot hold it; or the name cannot be one of a table.</exception>
    public bool TrySet(string table, long id, string text)
    {
        StoredNames.Require(table, "a table of the catalogue");
        var bytes = CatalogueFormat.BytesOf(text);
        lock (_gate)
        {
            var own = _texts.GetValueOrDefault(table);
            var old = own?.GetValueOrDefault(id);
            if (old == text) return true;
            var (count, size) = (Count + (old is null ? 1 : 0), Bytes + bytes - (old is null ? 0 : CatalogueFormat.BytesOf(old)));
            if (count > MaxTexts || size > MaxBytes)
            {
                _refused++;
                return false;
            }
            if (own is null) _texts[table] = own = [];
            own[id] = text;
            (Count, Bytes, Version) = (count, size, Version + 1);
            return true;
        }
    }

    /// <summary>The text of an id.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="id">Any id.</param>
    /// <param name="text">The text; null where there is none.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string table, long id, [NotNullWhen(true)] out string? text)
    {
        ArgumentNullException.ThrowIfNull(table);
        lock (_gate)
        {
            text = _texts.GetValueOrDefault(table)?.GetValueOrDefault(id);
            return text is not null;
        }
    }

    /// <summary>Removes the text of an id.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="id">Any id.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string table, long id)
    {
        ArgumentNullException.ThrowIfNull(table);
        lock (_gate) return RemoveAlone(table, id);
    }

    /// <summary>The texts of a table, as they are now: a copy.</summary>
    /// <param name="table">The table's name.</param>
    public IReadOnlyDictionary<long, string> Copy(string table)
    {
        ArgumentNullException.ThrowIfNull(table);
        lock (_gate) return _texts.TryGetValue(table, out var own) ? new Dictionary<long, string>(own) : new Dictionary<long, string>();
    }

    /// <summary>Removes the texts of the ids that are wanted.</summary>
    internal void RemoveAll(string table, Func<long, bool> isWanted)
    {
        lock (_gate)
        {
            foreach (var id in _texts.GetValueOrDefault(table)?.Keys.Where(isWanted).ToList() ?? []) RemoveAlone(table, id);
        }
    }

    /// <summary>All of it as bytes, and the number of the change that is the newest in them.</summary>
    internal (byte[] Bytes, long Version) Save()
    {
        lock (_gate) return (CatalogueFormat.Write(_texts), Version);
    }

    /// <summary>Becomes what was saved; what does not fit the bounds is refused and counted.</summary>
    /// <param name="saved">What <see cref="Save"/> wrote.</param>
    /// <param name="version">Its version.</param>
    /// <exception cref="FormatException">It is something else.</exception>
    internal void Load(ReadOnlySpan<byte> saved, long version)
    {
        var texts = CatalogueFormat.Read(saved);
        lock (_gate)
        {
            _texts.Clear();
            (Count, Bytes) = (0, 0);
            foreach (var (table, id, text) in texts) TrySet(table, id, text);
            Version = version;
        }
    }

    private bool RemoveAlone(string table, long id)
    {
        if (_texts.GetValueOrDefault(table) is not { } own || !own.Remove(id, out var old)) return false;
        if (own.Count == 0) _texts.Remove(table);
        (Count, Bytes, Version) = (Count - 1, Bytes - CatalogueFormat.BytesOf(old), Version + 1);
        return true;
    }
}
