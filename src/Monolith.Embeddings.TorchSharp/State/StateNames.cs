using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>
/// What the state of a rule is called in sections: as TorchSharp's optimizer of the same formula has it, so that a commit may go from one
/// to the other, or else as one array by the rule's own name. Stored. Immutable.
/// </summary>
internal sealed class StateNames
{
    /// <summary>How many steps there were, as a number.</summary>
    public const string Step = "step";

    private const string Whole = "state";

    private readonly string[] _ofWeights;

    private StateNames(string kind, bool countsSteps, params string[] ofWeights)
    {
        (Kind, CountsSteps, _ofWeights) = (kind, countsSteps, ofWeights);
        var all = countsSteps ? ofWeights.Append(Step) : ofWeights;
        Saved = [.. all.Order(StringComparer.Ordinal)];
        Text = string.Join(' ', Saved);
    }

    /// <summary>The kind of the rule.</summary>
    public string Kind { get; }

    /// <summary>Whether <see cref="Step"/> is among them.</summary>
    public bool CountsSteps { get; }

    /// <summary>The arrays, in their order in the state: of the parameter's shape, or <see cref="IsWhole"/>.</summary>
    public IReadOnlyList<string> OfWeights => _ofWeights;

    /// <summary>All names, in the order in which they are saved.</summary>
    public IReadOnlyList<string> Saved { get; }

    /// <summary>All names, as they stand in the section that lists them.</summary>
    public string Text { get; }

    /// <summary>Whether there is one array, which is all of the state.</summary>
    public bool IsWhole => _ofWeights is [Whole];

    /// <summary>Where an array stands in the state; -1 for <see cref="Step"/>.</summary>
    public int PlaceOf(string name) => Array.IndexOf(_ofWeights, name);

    public static StateNames Of(OptimizerOptions options, Optimizer rule) => options switch
    {
        AdagradOptions { Decoupled: false } => new("Adagrad", true, "sum"),
        AdamOptions { Nesterov: false } adam => new(adam.Decoupled ? "AdamW" : "Adam", true, adam.AmsGrad
            ? ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"]
            : ["exp_avg", "exp_avg_sq"]),
        SgdOptions => new("SGD", false),
        _ => new(rule.Name, false, Whole),
    };
}
