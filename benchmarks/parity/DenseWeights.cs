using Monolith.Embeddings.Models;

namespace Parity;

/// <summary>The dense weights of a model, as NumPy files.</summary>
internal static class DenseWeights
{
    /// <summary>
    /// Writes one file a matrix. The first is [1 + dense features, 1]: the global bias, then the weights of the dense features. Then one a
    /// layer, [inputs + 1, outputs], whose last row is the layer's bias.
    /// </summary>
    /// <returns>How many there are.</returns>
    public static int Write(OnlineModel model, Func<int, string> path)
    {
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var parameter = model.Parameters[i];
            var weights = new float[parameter.Length];
            parameter.Read(weights);
            NumpyFile.Write<float>(path(i), weights, parameter.Shape[0], parameter.Shape[1]);
        }
        return model.Parameters.Count;
    }
}
