using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>
/// Arithmetic of tensors with numbers, each of which is held until the native call has returned: where a number becomes a
/// <see cref="Scalar"/> by itself, nothing keeps that from being collected and freed while the call reads it.
/// </summary>
internal static class HeldNumbers
{
    public static Tensor Times(this Tensor values, double number)
    {
        using var scalar = number.ToScalar();
        return values.mul(scalar);
    }

    public static Tensor Over(this Tensor values, double number)
    {
        using var scalar = number.ToScalar();
        return values.div(scalar);
    }

    public static Tensor Minus(this Tensor values, long number)
    {
        using var scalar = number.ToScalar();
        return values.sub(scalar);
    }

    public static Tensor Squared(this Tensor values)
    {
        using var scalar = 2.ToScalar();
        return values.pow(scalar);
    }

    /// <summary>The same with a number in the places of a mask.</summary>
    public static Tensor Filled(this Tensor values, Tensor mask, double number)
    {
        using var scalar = number.ToScalar();
        return values.masked_fill(mask, scalar);
    }

    /// <summary>The same with <paramref name="least"/> in place of what is less.</summary>
    public static Tensor AtLeast(this Tensor values, double least)
    {
        using var scalar = least.ToScalar();
        return values.clamp_min(scalar);
    }

    /// <inheritdoc cref="AtLeast(Tensor, double)" />
    public static Tensor AtLeast(this Tensor values, long least)
    {
        using var scalar = least.ToScalar();
        return values.clamp_min(scalar);
    }

    /// <summary>The nearest of the numbers from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Tensor Within(this Tensor values, long least, long most)
    {
        using var low = least.ToScalar();
        using var high = most.ToScalar();
        return values.clamp(low, high);
    }

    public static Tensor IsAbove(this Tensor values, double number)
    {
        using var scalar = number.ToScalar();
        return values.gt(scalar);
    }

    public static Tensor IsAtLeast(this Tensor values, double number)
    {
        using var scalar = number.ToScalar();
        return values.ge(scalar);
    }

    public static Tensor IsAtMost(this Tensor values, double number)
    {
        using var scalar = number.ToScalar();
        return values.le(scalar);
    }

    public static Tensor Is(this Tensor values, long number)
    {
        using var scalar = number.ToScalar();
        return values.eq(scalar);
    }

    /// <summary>The numbers from 0, of 64 bits. Not by <c>arange</c>, which takes scalars.</summary>
    public static Tensor Places(long count, Device device)
    {
        var numbers = new long[count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = i;
        return tensor(numbers, device: device);
    }
}
