using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Tests.Support;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>The zoo's DeepFM is the core's: with the same weights both give the same logits and the same gradients.</summary>
public class CoreDeepFmTests
{
    private const double Tolerance = 1e-5;

    [Test]
    public void Logits_and_gradients_are_those_of_the_core([Values(1, 2)] int tasks)
    {
        var schema = Batch.Schema(tasks: tasks);
        using var core = new DeepFm(schema, new() { Hidden = [16, 8], Seed = 4 });
        using var torch = new TorchModel(schema, new DeepFmModule(schema, [16, 8]));
        for (var step = 0; step < 3; step++)
        {
            using var taught = new Batch(schema, 32, 20 + step);
            taught.Train(core);
        }
        foreach (var (ours, theirs, take) in Pairs(core, torch, tasks))
            torch.Parameters.Single(p => p.Name == theirs).Write(take(Read(ours)));
        using var batch = new Batch(schema, 64, 1);
        using var other = new Batch(schema, 64, 1);
        Assert.That(other.Predict(torch), Is.EqualTo(batch.Predict(core)).Within(Tolerance));

        var (coreGradients, torchGradients) = (new DenseGradients(core), new DenseGradients(torch));
        core.Train(new TrainContext(batch.Inputs, batch.Examples, batch.Gradients, batch.Logits) { DenseGradients = coreGradients });
        torch.Train(new TrainContext(other.Inputs, other.Examples, other.Gradients, other.Logits) { DenseGradients = torchGradients });
        Assert.That(other.Logits, Is.EqualTo(batch.Logits).Within(Tolerance));
        Assert.That(other.AllGradients(), Is.EqualTo(batch.AllGradients()).Within(Tolerance));
        Assert.That(torchGradients.Examples, Is.EqualTo(coreGradients.Examples));
        var compared = 0;
        foreach (var (ours, theirs, take) in Pairs(core, torch, tasks))
        {
            var expected = take(coreGradients.Of(ours).ToArray());
            var actual = torchGradients.Of(torch.Parameters.Single(p => p.Name == theirs)).ToArray();
            Assert.That(actual, Is.EqualTo(expected).Within(Tolerance), theirs);
            compared += actual.Length;
        }
        Assert.That(compared, Is.EqualTo(torch.WeightCount).And.EqualTo(core.WeightCount));
    }

    // The core's matrices are [inputs and a bias, outputs], TorchSharp's [outputs, inputs] with a bias beside.
    private static IEnumerable<(DenseParameter Ours, string Theirs, Func<float[], float[]> Take)> Pairs(
        OnlineModel core, TorchModel torch, int tasks)
    {
        foreach (var parameter in core.Parameters)
        {
            var (rows, columns) = (parameter.Shape[0], parameter.Shape[1]);
            switch (parameter.Name)
            {
                case "linear":
                    yield return (parameter, "bias", weights => weights[..columns]);
                    yield return (parameter, "linear.weight", weights => Transposed(weights[columns..], rows - 1, columns));
                    break;
                case "interaction":
                    yield return (parameter, "interaction", weights => Transposed(weights, rows, columns));
                    break;
                default:
                    yield return (parameter, $"perceptron.{parameter.Name}.weight",
                        weights => Transposed(weights[..((rows - 1) * columns)], rows - 1, columns));
                    yield return (parameter, $"perceptron.{parameter.Name}.bias", weights => weights[((rows - 1) * columns)..]);
                    break;
            }
        }
    }

    private static float[] Transposed(float[] matrix, int rows, int columns)
    {
        var result = new float[matrix.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
        }
        return result;
    }

    private static float[] Read(DenseParameter parameter)
    {
        var weights = new float[parameter.Length];
        parameter.Read(weights);
        return weights;
    }
}
