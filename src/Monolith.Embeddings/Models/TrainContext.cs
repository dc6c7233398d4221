using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Models;

/// <summary>
/// A batch to learn from. Everything in it belongs to the caller, is valid during the call alone, and is read-only except what says that
/// it receives. All shapes were checked when it was made.
/// </summary>
public readonly ref struct TrainContext
{
    private readonly ModelOutputBlocks? _outputs;

    /// <summary>Creates a context.</summary>
    /// <param name="inputs">The model's input, as an <see cref="EmbeddingLayer"/> fills it from <paramref name="examples"/>.</param>
    /// <param name="examples">The examples, of the same schema and number of rows.</param>
    /// <param name="gradients">Receives the gradients of <paramref name="inputs"/>; resized to its rows by the caller.</param>
    /// <param name="logits">Receives the logits, [rows, tasks]; apart from inputs and gradients.</param>
    /// <exception cref="ArgumentNullException">Inputs, examples or gradients are null.</exception>
    /// <exception cref="ArgumentException">Schemas or shapes do not fit, or memory is shared; the message holds the numbers.</exception>
    public TrainContext(FeatureBlocks inputs, ExampleBatch examples, FeatureBlocks gradients, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(gradients);
        ContextChecks.RequireInputs(inputs, examples, logits);
        ContextChecks.RequireGradients(inputs, gradients, logits);
        (Inputs, Examples, Gradients) = (inputs, examples, gradients);
        Logits = logits;
    }

    /// <summary>The number of rows.</summary>
    public int Rows => Inputs.Rows;

    /// <summary>The schema of the examples.</summary>
    public FeatureSchema Schema => Examples.Schema;

    /// <summary>Embeddings and dense features.</summary>
    public FeatureBlocks Inputs { get; }

    /// <summary>The dense features, [<see cref="Rows"/>, <see cref="FeatureLayout.DenseWidth"/>].</summary>
    public ReadOnlySpan<float> Dense => Inputs.Dense;

    /// <summary>
    /// Labels (NaN: no loss and no gradient for that task), weights, logit offsets and times; ids, offsets and id weights of each slot.
    /// </summary>
    public ExampleBatch Examples { get; }

    /// <summary>
    /// Receives the gradients of <see cref="Inputs"/>, for the <b>sum</b> over the batch of weight times loss (never the mean: a step must
    /// not depend on the batch size). The model writes all of them: zeros for what it does not use (<see cref="FeatureBlocks.Clear"/>).
    /// </summary>
    public FeatureBlocks Gradients { get; }

    /// <summary>
    /// Receives the logits as they were before learning and without the offsets, [<see cref="Rows"/>, tasks]; NaN for a task that the model
    /// does not predict, and for an example that it did not learn from because its numbers were absurd.
    /// </summary>
    public Span<float> Logits { get; }

    /// <summary>Receives what the model puts out beside logits, as it was before learning; null where it is not asked for.</summary>
    /// <exception cref="ArgumentException">They have another number of rows, or share memory with the logits.</exception>
    public ModelOutputBlocks? Outputs
    {
        get => _outputs;
        init
        {
            if (value is not null) ContextChecks.RequireOutputs(value, Rows, Logits);
            _outputs = value;
        }
    }

    /// <summary>
    /// Where not null, the model hands the gradients of its dense weights back here, and does not change the weights.
    /// </summary>
    public DenseGradients? DenseGradients { get; init; }

    /// <summary>What the caller wants to know meanwhile; null for nothing.</summary>
    public TrainingCallbacks? Callbacks { get; init; }

    /// <summary>The same batch, to predict: what a model that predicts first and learns then passes to its own prediction.</summary>
    public PredictContext Prediction => new(Inputs, Examples, Logits, Outputs);

    /// <summary>
    /// Whether the trainer is to be told when predicting ends and learning begins. A model that does both in one pass does them one after
    /// the other then.
    /// </summary>
    public bool IsForwardObserved => Callbacks?.ForwardDone is not null;

    /// <summary>Whether the trainer asks for the norm of the dense weights' gradients, which costs a pass over them.</summary>
    public bool IsNormAsked => Callbacks?.ScaleOf is not null;

    /// <summary>
    /// To be called between predicting and learning, so that a profile can tell the two apart. A model that never calls it works as well;
    /// its whole time then counts as learning.
    /// </summary>
    public void ForwardDone() => Callbacks?.ForwardDone?.Invoke();

    /// <summary>
    /// To be called once by a model that <see cref="OnlineModel.SupportsGlobalNorm"/>, after all gradients of the inputs were written and
    /// before the first dense weight changes or its gradient is handed back. A model without dense weights gives 0 and need not look at the
    /// answer.
    /// </summary>
    /// <param name="squaredNorm">
    /// The sum of the squares of the gradients of all dense weights; 0 for a batch from which they do not learn.
    /// </param>
    /// <returns>
    /// What to multiply the gradients of the dense weights by: 1 unless they are to be clipped, never more. Those of the inputs are left as
    /// they are: the caller scales them.
    /// </returns>
    public double ScaleOf(double squaredNorm) => Callbacks?.ScaleOf?.Invoke(squaredNorm) ?? 1;

    /// <summary>To be called by a model before anything else.</summary>
    /// <param name="model">The model that is to learn.</param>
    /// <exception cref="ArgumentException">
    /// The context is of another schema, or asks for outputs that the model does not declare.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The schema has sequences, and the model knows pooled slots only; or dense gradients are asked of a model that cannot hand them back.
    /// </exception>
    public void RequireFor(OnlineModel model)
    {
        ContextChecks.RequireModel(model, Examples?.Schema!, Outputs);
        if (DenseGradients is not null) Models.DenseGradients.RequireSupport(model);
    }
}
