using System.Collections.Frozen;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tables.Options;

/// <summary>
/// How fingerprints write optimizers and initializers: by their names, never by those of their classes. The first stores were written with
/// other words for the library's own; these stand here, so that a class may be renamed and the stores still open.
/// </summary>
internal static class FingerprintNames
{
    private static readonly FrozenDictionary<string, string> Optimizers = new Dictionary<string, string>
    {
        ["adadelta"] = "AdadeltaOptions",
        ["adagrad"] = "AdagradOptions",
        ["adam"] = "AdamOptions",
        ["amsgrad"] = "AdamOptions",
        ["delay-compensation"] = "DelayCompensationOptions",
        ["ftrl"] = "FtrlOptions",
        ["group-adagrad"] = "GroupAdagradOptions",
        ["group-ftrl"] = "GroupFtrlOptions",
        ["id-interval"] = "IdIntervalOptions",
        ["momentum"] = "MomentumOptions",
        ["moving-average"] = "MovingAverageOptions",
        ["rmsprop"] = "RmsPropOptions",
        ["row-wise-adagrad"] = "RowWiseAdagradOptions",
        ["sgd"] = "SgdOptions",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Initializers = new Dictionary<string, string>
    {
        ["constant"] = "ConstantInitializerOptions",
        ["normal"] = "NormalInitializerOptions",
        ["truncated_normal"] = "TruncatedNormalInitializerOptions",
        ["uniform"] = "UniformInitializerOptions",
        ["xavier_uniform"] = "XavierUniformInitializerOptions",
    }.ToFrozenDictionary();

    public static string Of(OptimizerOptions options) => Written(NameOf(options.Create().Name));

    public static string Of(InitializerOptions options)
    {
        var name = NameOf(options.Create().Name);
        return Initializers.GetValueOrDefault(name, name);
    }

    // A plug-in without a name is refused when its table is made, by a message that says which.
    private static string NameOf(string? name) => name ?? "";

    // A decorator has the state of what it holds, which its name says in parentheses.
    private static string Written(string name)
    {
        var inner = name.IndexOf('(', StringComparison.Ordinal);
        return inner > 0 && name.EndsWith(')')
            ? $"{Written(name[..inner])}({Written(name[(inner + 1)..^1])})"
            : Optimizers.GetValueOrDefault(name, name);
    }
}
