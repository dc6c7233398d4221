using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Graph;

namespace Monolith.Embeddings.Models;

/// <summary>
/// Logistic regression: logit = global bias + the sum of the ids' biases (the block of <see cref="RowBuilder.BiasName"/>) + dense weights
/// times dense features.
/// </summary>
/// <remarks>
/// See <see cref="BuiltInModel"/> for threads, tasks and values that are not finite. Gradients of other segments are 0.
/// </remarks>
public sealed class LogisticRegression : BuiltInModel
{
    /// <summary>Creates the model.</summary>
    /// <param name="schema">Has a task, and a slot whose table has a bias.</param>
    /// <param name="options">Null for the defaults. Later changes to them do not reach the model.</param>
    /// <exception cref="ArgumentNullException"><paramref name="schema"/> is null.</exception>
    /// <exception cref="OptionsValidationException">The options or the schema cannot be used; its failures list every reason.</exception>
    public LogisticRegression(FeatureSchema schema, LogisticRegressionOptions? options = null)
        : base(Build(schema, options ??= new LogisticRegressionOptions()), options)
    {
    }

    /// <inheritdoc />
    public override string Name => "logistic-regression";

    private static ModelGraph Build(FeatureSchema schema, LogisticRegressionOptions options)
    {
        var inputs = ModelInputs.Of(schema, options, usesVectors: false);
        return new ModelGraph(inputs, new LinearPart(inputs, options.Optimizer.Build()));
    }
}
