namespace Monolith.Embeddings.Validation;

/// <summary>
/// The way from the outermost options to those that are asked for their errors, and how many were asked. Not thread-safe.
/// </summary>
internal sealed class OptionPath
{
    private readonly List<IValidatedOptions> _holders = [];
    private int _met;
    private bool _isExhausted;

    /// <summary>The names on the way, each with a dot behind it.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Begins at the outermost options.</summary>
    public void Begin(IValidatedOptions root) => _holders.Add(root);

    /// <summary>Why nested options cannot be asked; null where they can, and are to be.</summary>
    /// <param name="options">The nested options.</param>
    /// <param name="isTold">Whether that was said before, of others.</param>
    public string? Refusal(IValidatedOptions options, out bool isTold)
    {
        (isTold, _isExhausted) = (_isExhausted, _isExhausted || ++_met > NestedOptions.MostOptions);
        if (_isExhausted)
        {
            return $"is one of more than {NestedOptions.MostOptions} options, counted as often as they are met: "
                + "some are held again and again.";
        }
        // By reference: options of a user's own may be equal to one another.
        foreach (var holder in _holders)
        {
            if (ReferenceEquals(holder, options)) return "holds itself, or is the same object as options that hold it.";
        }
        return _holders.Count > NestedOptions.MostLevels ? $"is nested more than {NestedOptions.MostLevels} levels deep." : null;
    }

    /// <summary>Goes on to nested options.</summary>
    /// <returns>The way before, for <see cref="Leave"/>.</returns>
    public string Enter(string name, IValidatedOptions options)
    {
        var outer = Text;
        Text = $"{outer}{name}.";
        _holders.Add(options);
        return outer;
    }

    /// <summary>Goes back.</summary>
    public void Leave(string outer)
    {
        _holders.RemoveAt(_holders.Count - 1);
        Text = outer;
    }
}
