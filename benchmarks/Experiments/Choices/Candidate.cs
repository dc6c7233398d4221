using System.Globalization;
using OnlineTraining.Contest;

namespace Experiments.Choices;

/// <summary>Rates and sizes that may be chosen.</summary>
/// <param name="Dimension">Of the vectors.</param>
/// <param name="Width">Of the hidden layer.</param>
/// <param name="VectorRate">The learning rate of the vectors.</param>
/// <param name="DenseRate">The learning rate of the dense weights.</param>
/// <param name="BiasRate">The learning rate of the biases.</param>
internal sealed record Candidate(int Dimension, int Width, float VectorRate, float DenseRate, float BiasRate)
{
    /// <summary>All that are compared.</summary>
    public static IReadOnlyList<Candidate> All { get; } =
    [
        .. from dimension in new[] { 4, 8, 16 }
           from width in new[] { 16, 32, 64 }
           from vectorRate in new[] { 0.02f, 0.05f, 0.1f }
           from denseRate in new[] { 0.02f, 0.05f, 0.1f }
           from biasRate in new[] { 0.02f, 0.05f }
           select new Candidate(dimension, width, vectorRate, denseRate, biasRate),
    ];

    /// <summary>Its name in tables.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture,
        $"dimension {Dimension}, hidden {Width}, rates {VectorRate} (vectors), {DenseRate} (dense), {BiasRate} (biases)");

    /// <summary>How much its model costs, beside others: the weights that an example's slot meets.</summary>
    public int Cost => Dimension * Width;

    /// <summary>A model with these numbers.</summary>
    public ModelSettings Apply(ModelSettings model) => model with
    {
        Dimension = Dimension,
        Hidden = [Width],
        VectorRate = VectorRate,
        DenseRate = DenseRate,
        BiasRate = BiasRate,
    };
}
