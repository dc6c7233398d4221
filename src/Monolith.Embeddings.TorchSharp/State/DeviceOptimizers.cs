using Monolith.Embeddings.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using OptimizerOptions = Monolith.Embeddings.Optimizers.OptimizerOptions;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>The optimizers of TorchSharp that have the formulas of the core's, for parameters whose memory the host does not see.</summary>
internal static class DeviceOptimizers
{
    /// <exception cref="ArgumentException">TorchSharp has none of that formula.</exception>
    public static LibraryOptimizer Of(ModuleWeights weights, OptimizerOptions options)
    {
        var (initial, schedule) = (options.LearningRate, options.Schedule?.Copy());
        return new LibraryOptimizer(weights, Creator(options), schedule is null ? null : step => schedule.Rate(step, initial));
    }

    // Our Adagrad has the root of n + eps, TorchSharp's that of n, plus eps.
    private static Func<IEnumerable<Parameter>, OptimizerHelper> Creator(OptimizerOptions options) => options switch
    {
        { Clipping: not null } => throw Refused(options, " with a clipping of its own"),
        AdagradOptions { Decoupled: false } a => parameters => optim.Adagrad(parameters, a.LearningRate, weight_decay: a.WeightDecay,
            initial_accumulator_value: a.InitialAccumulator, eps: Math.Sqrt(a.Epsilon)),
        AdamOptions { Nesterov: false, Decoupled: true } a => parameters => optim.AdamW(
            parameters, a.LearningRate, a.Beta1, a.Beta2, a.Epsilon, a.WeightDecay, a.AmsGrad),
        AdamOptions { Nesterov: false } a => parameters => optim.Adam(
            parameters, a.LearningRate, a.Beta1, a.Beta2, a.Epsilon, a.WeightDecay, a.AmsGrad),
        SgdOptions a => parameters => optim.SGD(parameters, a.LearningRate, weight_decay: a.WeightDecay),
        _ => throw Refused(options, " as it is set"),
    };

    private static ArgumentException Refused(OptimizerOptions options, string how) => new(
        $"The module's parameters lie on a device, or not in order, where its weights learn by an optimizer of TorchSharp: it has none for "
        + $"{options.GetType().Name}{how}. Take plain Adagrad, Adam, AdamW or SGD, or make one of TorchSharp's by "
        + $"{nameof(TorchModelOptions.Optimizer)}.", nameof(options));
}
