using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

internal static class WrongModels
{
    public static IEnumerable<(string Rule, PlugInContract Contract)> All =>
    [
        ("Name and schema never change", Contract(ModelFlaw.ChangesItsName)),
        ("Logits, outputs and gradients are written as a whole", Contract(ModelFlaw.LeavesTheLastLogit)),
        ("A prediction gives what training gives before it learns", Contract(ModelFlaw.PredictsAfterLearning)),
        ("A prediction changes nothing", Contract(ModelFlaw.LearnsFromPredictions)),
        ("Gradients of the inputs agree with differences of the loss", Contract(ModelFlaw.GivesMeanGradients)),
        ("Gradients of the dense weights agree with differences of the loss", Contract(ModelFlaw.HandsTwiceTheGradientBack)),
        ("Gradients that are handed back step like the model itself", Contract(ModelFlaw.HandsAlmostTheGradientBack)),
        ("Callbacks change no bit, and the norm is asked for once", Contract(ModelFlaw.AsksForTheNormTwice)),
        ("Equal models learn equal bits", Contract(ModelFlaw.LearnsByInstance)),
        ("A loaded model goes on as the saved one would", Contract(ModelFlaw.ForgetsItsBatches)),
        ("Wrong sections change nothing", Contract(ModelFlaw.IgnoresWrongSections)),
        ("Parameters give back what was written", Contract(ModelFlaw.ReadsOtherWeights)),
        ("Any thread may predict", Contract(ModelFlaw.KnowsOneThread)),
        ("The bits are the same at any aligned address", Contract(ModelFlaw.KnowsArraysOnly)),
        ("Nothing is allocated in steady state", Contract(ModelFlaw.Allocates)),
        ("A batch of another schema is refused", Contract(ModelFlaw.TakesAnySchema)),
        ("A batch of another object of an equal schema is taken", Contract(ModelFlaw.KnowsItsOwnSchemaObject)),
        ("Sequences are used, or refused by name", Contract(ModelFlaw.IgnoresSequences)),
        ("Outputs are declared once and for all", Contract(ModelFlaw.DeclaresItsOutputsAnew)),
        ("Outputs change no logit, and blocks of another instance receive them", Contract(ModelFlaw.KnowsItsOwnOutputs)),
        ("Outputs of another model are refused", Contract(ModelFlaw.TakesAnyOutputs)),
        ("Queries of items give the logits of predictions, or are refused", Contract(ModelFlaw.ForgetsTheConstant)),
    ];

    public static OnlineModelContract Contract(ModelFlaw flaw) => new(schema => new FlawedModel(schema, flaw))
    {
        DenseOptimizer = () => new AdagradOptions().Create(),
    };
}
