using Microsoft.Extensions.Options;

namespace Monolith.Embeddings.Validation;

/// <summary>
/// Collects what is wrong with a tree of options, each error with the path of its value, so that all are reported together.
/// Not thread-safe.
/// </summary>
public sealed class OptionErrors
{
    private readonly List<OptionError> _found = [];
    private readonly OptionPath _path = new();

    /// <summary>What was found so far, in the order in which it was found.</summary>
    public IReadOnlyList<OptionError> Errors => _found;

    /// <summary>Adds an error of the value called <paramref name="name"/>.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="problem">What is wrong with it and what would be right, with the numbers.</param>
    public void Add(string name, string problem) => _found.Add(new OptionError { Path = _path.Text + name, Problem = problem });

    /// <summary>Adds <paramref name="problem"/> unless <paramref name="holds"/>.</summary>
    /// <param name="holds">Whether the value can be used.</param>
    /// <param name="name">The property's name.</param>
    /// <param name="problem">What is wrong with it.</param>
    public void Require(bool holds, string name, string problem)
    {
        if (!holds) Add(name, problem);
    }

    /// <summary>Requires a finite value in [<paramref name="minimum"/>, <paramref name="maximum"/>].</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="value">Its value; NaN and infinities are refused.</param>
    /// <param name="minimum">The smallest value allowed.</param>
    /// <param name="maximum">The largest value allowed.</param>
    public void InRange(string name, double value, double minimum, double maximum = double.MaxValue)
    {
        if (value >= minimum && value <= maximum) return;
        Add(name, maximum switch
        {
            double.MaxValue => $"{value:R} is not a finite number of at least {minimum:R}.",
            // A count: its type is the only bound.
            >= long.MaxValue => $"{value:R} is less than {minimum:R}, the least that is allowed.",
            _ => $"{value:R} is not between {minimum:R} and {maximum:R}.",
        });
    }

    /// <summary>Requires a finite value greater than <paramref name="bound"/>.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="value">Its value; NaN and infinities are refused.</param>
    /// <param name="bound">The bound that it must exceed.</param>
    public void GreaterThan(string name, double value, double bound)
    {
        if (!(value > bound && double.IsFinite(value))) Add(name, $"{value:R} is not a finite number greater than {bound:R}.");
    }

    /// <summary>
    /// Collects the errors of nested options under the path <paramref name="name"/>; a null value is itself an error, and so are options
    /// that hold themselves, are nested more than 32 levels deep, or hold one another a million times over.
    /// </summary>
    /// <param name="name">The property that holds them.</param>
    /// <param name="options">The nested options.</param>
    public void Nested(string name, IValidatedOptions? options) =>
        Nested(name, options, static (nested, errors) => nested.CollectErrors(errors));

    /// <summary>
    /// Collects the errors of nested options, which depend on more than themselves, under the path <paramref name="name"/>; a null value is
    /// itself an error.
    /// </summary>
    /// <param name="name">The property that holds them.</param>
    /// <param name="options">The nested options.</param>
    /// <param name="collect">Asks them for their errors.</param>
    /// <typeparam name="TOptions">The kind of the nested options.</typeparam>
    public void Nested<TOptions>(string name, TOptions? options, Action<TOptions, OptionErrors> collect)
        where TOptions : class, IValidatedOptions
    {
        ArgumentNullException.ThrowIfNull(collect);
        if (options is null)
        {
            Add(name, "is null, but a value is needed.");
            return;
        }
        if (_path.Refusal(options, out var isTold) is { } refusal)
        {
            if (!isTold) Add(name, refusal);
            return;
        }
        var outer = _path.Enter(name, options);
        collect(options, this);
        _path.Leave(outer);
    }

    /// <summary>Collects all errors of options.</summary>
    internal static OptionErrors Of(IValidatedOptions options)
    {
        var errors = new OptionErrors();
        errors._path.Begin(options);
        options.CollectErrors(errors);
        return errors;
    }

    /// <summary>Validates <paramref name="options"/> and throws once for everything that was found.</summary>
    /// <param name="options">What to validate.</param>
    /// <param name="name">The name of the options in the exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">A value cannot be used; its failures list every one of them.</exception>
    public static void ThrowIfInvalid(IValidatedOptions options, string name = "")
    {
        ArgumentNullException.ThrowIfNull(options);
        Of(options).ThrowIfAny(options.GetType(), name);
    }

    /// <summary>Adds what others found, under the paths that they have.</summary>
    internal void AddAll(OptionErrors others) => _found.AddRange(others._found);

    /// <summary>The errors as texts, for the exceptions of .NET.</summary>
    internal IEnumerable<string> Texts => _found.Select(error => error.ToString());

    internal void ThrowIfAny(Type optionsType, string name = "")
    {
        if (_found.Count > 0) throw new OptionsValidationException(name, optionsType, Texts);
    }
}
