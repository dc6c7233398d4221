using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Graph;

namespace Monolith.Embeddings.Models;

/// <summary>
/// A factorization machine (Rendle 2010): the logit of <see cref="LogisticRegression"/> plus the sum over all pairs of fields of the dot
/// products of their vectors (the block of <see cref="RowBuilder.VectorName"/>). A slot is one field; with <see cref="Pooling.FirstN"/>
/// each of its n rows is one.
/// </summary>
/// <remarks>
/// See <see cref="BuiltInModel"/> for threads, tasks and values that are not finite. Gradients of other segments are 0.
/// </remarks>
public sealed class FactorizationMachine : BuiltInModel
{
    /// <summary>Creates the model.</summary>
    /// <param name="schema">Has a task, a slot whose table has a bias, and slots whose tables have vectors, all of one dimension.</param>
    /// <param name="options">Null for the defaults. Later changes to them do not reach the model.</param>
    /// <exception cref="ArgumentNullException"><paramref name="schema"/> is null.</exception>
    /// <exception cref="OptionsValidationException">The options or the schema cannot be used; its failures list every reason.</exception>
    public FactorizationMachine(FeatureSchema schema, FactorizationMachineOptions? options = null)
        : base(Build(schema, options ??= new FactorizationMachineOptions()), options)
    {
    }

    /// <inheritdoc />
    public override string Name => "factorization-machine";

    private static ModelGraph Build(FeatureSchema schema, FactorizationMachineOptions options)
    {
        var inputs = ModelInputs.Of(schema, options, usesVectors: true);
        var optimizer = options.Optimizer.Build();
        return new ModelGraph(inputs, new LinearPart(inputs, optimizer), InteractionPart.Of(inputs, optimizer));
    }
}
