using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>What parts of one kind were called before. Immutable.</summary>
/// <param name="option">The option that names them, for messages.</param>
/// <param name="kind">What they are, for messages.</param>
/// <param name="renamed">The new name, and the old one.</param>
/// <param name="before">The old names.</param>
/// <param name="after">The names of now.</param>
internal sealed class RenamedParts(
    string option, string kind, IDictionary<string, string> renamed, IReadOnlyCollection<string> before, IReadOnlyCollection<string> after)
{
    /// <summary>The old names.</summary>
    public IReadOnlyCollection<string> Was => before;

    /// <summary>The names of now.</summary>
    public IReadOnlyCollection<string> Now => after;

    /// <summary>What a part of now was called; null where it is new.</summary>
    public string? Before(string name)
    {
        if (renamed.TryGetValue(name, out var old)) return old;
        // One that was given to another part is not this one, whatever the name.
        return before.Contains(name) && !renamed.Values.Contains(name) ? name : null;
    }

    /// <summary>The present name of an old part; null where there is none.</summary>
    public string? After(string old) => after.FirstOrDefault(name => Before(name) == old);

    public void CollectErrors(OptionErrors errors)
    {
        foreach (var (name, old) in renamed)
        {
            errors.Require(after.Contains(name), option, $"names the {kind} '{name}', which the new schema does not have: {List(after)}.");
            errors.Require(before.Contains(old), option, $"names the {kind} '{old}', which the old schema does not have: {List(before)}.");
        }
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'").DefaultIfEmpty("none"));
}
