using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Graph;

namespace Monolith.Embeddings.Models;

/// <summary>
/// DeepFM (Guo et al. 2017): the logit of <see cref="FactorizationMachine"/> plus that of a multilayer perceptron with rectified linear
/// units, which sees the same vectors side by side and then the dense features.
/// </summary>
/// <remarks>
/// The first weights before rectified units are drawn evenly from +-sqrt(6 / inputs) (He et al. 2015), those of the last unit from
/// +-sqrt(6 / (inputs + 1)) (Glorot and Bengio 2010), each by (seed, layer, element) alone; biases start at 0.
/// See <see cref="BuiltInModel"/> for threads, tasks and values that are not finite. Gradients of other segments are 0.
/// </remarks>
/// <example>
/// <code>
/// var model = new DeepFm(schema, new() { Hidden = [64, 32], Optimizer = new AdagradOptions { LearningRate = 0.02f } });
/// </code>
/// </example>
public sealed class DeepFm : BuiltInModel
{
    /// <summary>Creates the model.</summary>
    /// <param name="schema">Has a task, a slot whose table has a bias, and slots whose tables have vectors, all of one dimension.</param>
    /// <param name="options">Null for the defaults. Later changes to them do not reach the model.</param>
    /// <exception cref="ArgumentNullException"><paramref name="schema"/> is null.</exception>
    /// <exception cref="OptionsValidationException">The options or the schema cannot be used; its failures list every reason.</exception>
    public DeepFm(FeatureSchema schema, DeepFmOptions? options = null)
        : base(Build(schema, options ??= new DeepFmOptions()), options)
    {
    }

    /// <inheritdoc />
    public override string Name => "deep-fm";

    private static ModelGraph Build(FeatureSchema schema, DeepFmOptions options)
    {
        var inputs = ModelInputs.Of(schema, options, usesVectors: true);
        var optimizer = options.Optimizer.Build();
        return new ModelGraph(
            inputs,
            new LinearPart(inputs, optimizer),
            InteractionPart.Of(inputs, optimizer),
            new MultilayerPerceptron(inputs, [.. options.Hidden], options.Seed, optimizer));
    }
}
