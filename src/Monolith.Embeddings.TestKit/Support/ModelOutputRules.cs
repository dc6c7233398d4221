using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>
/// What holds for what a model puts out beside its logits. A replica has two objects of a model, and asks now one, now the other.
/// </summary>
internal sealed class ModelOutputRules(ModelSubject subject)
{
    public void DeclaredOnce()
    {
        using var model = subject.New();
        using var other = subject.New();
        ModelOutput[] declared = [.. model.Outputs];
        Expect.Same(declared.Length, declared.Select(output => output.Name).Distinct().Count(), "how many names of outputs differ");
        foreach (var output in declared)
        {
            Expect.That(output.Task is null || subject.Schema.Tasks.Contains(output.Task),
                $"the task of the output '{output.Name}' was expected to be one of the schema's");
        }
        ModelSubject.Train(model, 1);
        Expect.That(declared.SequenceEqual(model.Outputs), "the same objects were expected as outputs after a batch");
        Expect.SameAnswers([.. declared.Select(Shape)], [.. other.Outputs.Select(Shape)], "the outputs of another instance");
        Expect.Same(declared.Length, other.Outputs.Count, "how many outputs another instance has");
    }

    public void AnyInstance()
    {
        using var model = subject.Trained();
        using var other = subject.New();
        var (own, others) = (new ModelBatch(model, ModelSubject.Rows, 14), new ModelBatch(other, ModelSubject.Rows, 14));
        own.Predict(model);
        others.Predict(model);
        Expect.SameBits(own.Predicted(model), others.Predicted(other), "logits and outputs in blocks of another instance");
        others.Spoil(other);
        others.PredictLogits(model);
        Expect.SameBits(own.Logits, others.Logits, "logits of a prediction that asks for no outputs");
    }

    public void OthersAreRefused()
    {
        using var model = subject.New();
        using var foreign = new ForeignOutputs(subject.Schema);
        var batch = new ModelBatch(model, ModelSubject.Rows, 15, outputsOf: foreign);
        var before = ModelState.Of(model);
        ModelPredictionRules.CheckRefused(() => batch.Predict(model), "a prediction with outputs of another model");
        ModelPredictionRules.CheckRefused(() => batch.Train(model), "a batch with outputs of another model");
        Expect.That(Array.TrueForAll(batch.Written(), value => value == ModelBatch.Unwritten),
            "nothing was expected to be written for outputs of another model");
        ModelState.CheckSame(before, ModelState.Of(model), "a model that refused outputs of another model");
    }

    private static (string Name, int Width, string? Task) Shape(ModelOutput output) => (output.Name, output.Width, output.Task?.Name);
}
