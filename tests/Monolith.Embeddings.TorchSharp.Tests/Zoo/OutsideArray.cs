namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>Numbers of a shape, by rows.</summary>
internal sealed record OutsideArray(int[] Shape, double[] Values)
{
    public float[] Floats => [.. Values.Select(value => (float)value)];
}
