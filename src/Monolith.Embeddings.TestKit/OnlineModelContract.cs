using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>What trainers and replicas expect of an <see cref="OnlineModel"/>, whatever library computes it.</summary>
/// <param name="create">
/// Makes a model for a schema; each call a new one that begins with the same weights and runs so that its bits do not depend on threads.
/// </param>
public class OnlineModelContract(Func<FeatureSchema, OnlineModel> create) : PlugInContract
{
    /// <summary>
    /// Makes the schema of the models; each call a new one. Default: biases, vectors of 4, a segment called <c>other</c>, slots that are
    /// summed, averaged and laid side by side, 3 dense features, and two tasks called <c>click</c> and <c>buy</c>.
    /// </summary>
    public Func<FeatureSchema> CreateSchema { get; init; } = ModelSchemas.Pooled;

    /// <summary>
    /// The loss that the model learns by: of one logit with its offset, and one label. Default: log-loss of the logistic function. It is
    /// summed over tasks whose logit is a number, times the example's weight.
    /// </summary>
    public Func<double, double, double> Loss { get; init; } = Logistic.LogLoss;

    /// <summary>
    /// Makes the optimizer by which the model's dense weights step, one row a parameter. Default null: steps outside the model are not
    /// compared with its own.
    /// </summary>
    public Func<Optimizer>? DenseOptimizer { get; init; }

    /// <summary>How many bytes of managed memory a batch may take in steady state, learned from and predicted. Default 0.</summary>
    public long AllowedAllocation { get; init; }

    /// <inheritdoc />
    public override IEnumerable<ContractCheck> Checks =>
    [
        new("Name and schema never change", () => Predictions.Identity()),
        new("Logits, outputs and gradients are written as a whole", () => Predictions.EverythingIsWritten()),
        new("A prediction gives what training gives before it learns", () => Predictions.PredictionIsWhatTrainingGives()),
        new("A prediction changes nothing", () => Predictions.PredictionChangesNothing()),
        new("Gradients of the inputs agree with differences of the loss", () => Gradients.InputGradients()),
        new("Gradients of the dense weights agree with differences of the loss", () => Gradients.DenseGradientsAgree()),
        new("Gradients that are handed back step like the model itself", () => Gradients.HandedBackStepsAlike()),
        new("Callbacks change no bit, and the norm is asked for once", () => Gradients.CallbacksChangeNoBit()),
        new("Equal models learn equal bits", () => State.EqualModelsLearnEqually()),
        new("A loaded model goes on as the saved one would", () => State.SavedModelsGoOn()),
        new("Wrong sections change nothing", () => State.WrongSectionsChangeNothing()),
        new("Parameters give back what was written", () => State.ParametersAreReadAndWritten()),
        new("Any thread may predict", () => Predictions.ThreadsPredict()),
        new("The bits are the same at any aligned address", () => Predictions.AnyAddress()),
        new("Nothing is allocated in steady state", () => Predictions.NothingIsAllocated()),
        new("A batch of another schema is refused", () => Predictions.OtherSchemasAreRefused()),
        new("A batch of another object of an equal schema is taken", () => Predictions.EqualSchemasAreTaken()),
        new("Outputs are declared once and for all", () => Outputs.DeclaredOnce()),
        new("Outputs change no logit, and blocks of another instance receive them", () => Outputs.AnyInstance()),
        new("Outputs of another model are refused", () => Outputs.OthersAreRefused()),
        new("Sequences are used, or refused by name", () => Gradients.Sequences()),
        new("Queries of items give the logits of predictions, or are refused", () => Queries.QueriesAreLogits()),
    ];

    private ModelPredictionRules Predictions => new(Subject);

    private ModelGradientRules Gradients => new(Subject);

    private ModelQueryRules Queries => new(Subject);

    private ModelOutputRules Outputs => new(Subject);

    private ModelStateRules State => new(Subject);

    private ModelSubject Subject => new(create, CreateSchema)
    {
        Loss = Loss,
        DenseOptimizer = DenseOptimizer,
        AllowedAllocation = AllowedAllocation,
    };
}
