using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Models;

/// <summary>
/// A batch to predict. Everything in it belongs to the caller, is valid during the call alone, and is read-only except what says that it
/// receives. All shapes were checked when it was made.
/// </summary>
public readonly ref struct PredictContext
{
    private readonly ModelOutputBlocks? _outputs;

    /// <summary>Creates a context.</summary>
    /// <param name="inputs">The model's input, as an <see cref="EmbeddingLayer"/> fills it from <paramref name="batch"/>.</param>
    /// <param name="batch">The batch, of the same schema and number of rows.</param>
    /// <param name="logits">Receives the logits, [rows, tasks]; apart from the inputs.</param>
    /// <exception cref="ArgumentNullException">Inputs or batch are null.</exception>
    /// <exception cref="ArgumentException">Schemas or shapes do not fit, or memory is shared; the message holds the numbers.</exception>
    public PredictContext(FeatureBlocks inputs, FeatureBatch batch, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(batch);
        ContextChecks.RequireInputs(inputs, batch, logits);
        (Inputs, Batch) = (inputs, batch);
        Logits = logits;
    }

    // What another context has checked.
    internal PredictContext(FeatureBlocks inputs, FeatureBatch batch, Span<float> logits, ModelOutputBlocks? outputs)
    {
        (Inputs, Batch, _outputs) = (inputs, batch, outputs);
        Logits = logits;
    }

    /// <summary>The number of rows.</summary>
    public int Rows => Inputs.Rows;

    /// <summary>The schema of the batch.</summary>
    public FeatureSchema Schema => Batch.Schema;

    /// <summary>Embeddings and dense features.</summary>
    public FeatureBlocks Inputs { get; }

    /// <summary>The dense features, [<see cref="Rows"/>, <see cref="FeatureLayout.DenseWidth"/>].</summary>
    public ReadOnlySpan<float> Dense => Inputs.Dense;

    /// <summary>The ids, offsets and id weights of each slot.</summary>
    public FeatureBatch Batch { get; }

    /// <summary>
    /// Receives the logits, [<see cref="Rows"/>, tasks]: log-odds without the examples' offsets; NaN for a task that the model does not
    /// predict.
    /// </summary>
    public Span<float> Logits { get; }

    /// <summary>Receives what the model puts out beside logits; null where it is not asked for.</summary>
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

    /// <summary>To be called by a model before anything else.</summary>
    /// <param name="model">The model that is to predict.</param>
    /// <exception cref="ArgumentException">
    /// The context is of another schema, or asks for outputs that the model does not declare.
    /// </exception>
    /// <exception cref="NotSupportedException">The schema has sequences, and the model knows pooled slots only.</exception>
    public void RequireFor(OnlineModel model) => ContextChecks.RequireModel(model, Batch?.Schema!, Outputs);
}
