namespace Monolith.Embeddings.Rows;

/// <summary>How the weights of a segment are written for replicas and exports. D is the number of weights.</summary>
public enum RowFormat
{
    /// <summary>The floats themselves: 4 D bytes.</summary>
    Float32,

    /// <summary>IEEE 754 binary16, rounded to the nearest: 2 D bytes. Up to 65,504.</summary>
    Float16,

    /// <summary>
    /// D + 8 bytes: the step and the smallest weight of the row as floats, then a byte a weight. The step is (largest - smallest) / 255,
    /// and a weight the smallest one plus its byte times the step: off by at most half a step and 1 unit in the last place of the largest
    /// magnitude.
    /// </summary>
    Int8,

    /// <summary>
    /// D bytes: multiples of <see cref="RowCodecOptions.Range"/> / 128 from -128 to 127 times, halves rounded away from zero, what lies
    /// beyond cut off.
    /// </summary>
    FixedR8,

    /// <summary>
    /// A bit a weight, ceil(D / 8) bytes: <see cref="RowCodecOptions.Amplitude"/>, with minus where the weight is below zero.
    /// </summary>
    OneBit,
}
