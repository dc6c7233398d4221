namespace Monolith.Embeddings.Rows;

/// <summary>How many bits a stored number has. Rules always calculate in 32.</summary>
public enum RowPrecision
{
    /// <summary>IEEE 754 binary32: 24 bits of precision. What rules calculate with.</summary>
    Float32,

    /// <summary>IEEE 754 binary16: 11 bits of precision, up to 65,504; below 6.1e-5 in steps of 6e-8.</summary>
    Float16,

    /// <summary>bfloat16: 8 bits of precision, the range of <see cref="Float32"/>.</summary>
    BFloat16,
}
