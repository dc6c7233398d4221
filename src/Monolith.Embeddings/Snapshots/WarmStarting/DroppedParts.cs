namespace Monolith.Embeddings.Snapshots.WarmStarting;

/// <summary>Which parts of tables the caller of a warm start does not want, and what is wrong with the others. One thread's.</summary>
/// <param name="drop">The parts' names.</param>
internal sealed class DroppedParts(IEnumerable<string> drop)
{
    private readonly Dictionary<string, int> _meanings = drop.Distinct(StringComparer.Ordinal)
        .ToDictionary(name => name, _ => 0, StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    /// <summary>All that is wrong: parts that differ and are not dropped, and names that no part has, or two.</summary>
    public IEnumerable<string> Errors => _errors.Concat(_meanings.Where(m => m.Value != 1).Select(m =>
        $"{nameof(WarmStartOptions.Drop)} names '{m.Key}', which is {(m.Value == 0 ? "no part" : "the name of more than one part")}"));

    /// <summary>Notes that there is a part.</summary>
    /// <returns>Whether it is dropped.</returns>
    public bool Know(string part)
    {
        if (!_meanings.TryGetValue(part, out var meanings)) return false;
        _meanings[part] = meanings + 1;
        return true;
    }

    /// <summary>Notes that a part differs, unless it is dropped.</summary>
    public void Refuse(bool isDropped, string part, string difference)
    {
        if (!isDropped) _errors.Add($"{difference} (drop '{part}')");
    }

    /// <summary>Notes what dropping does not help.</summary>
    public void Refuse(string error) => _errors.Add(error);
}
