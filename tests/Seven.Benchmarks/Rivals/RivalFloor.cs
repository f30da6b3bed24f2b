using Seven.Inference;

namespace Seven.Benchmarks.Rivals;

/// <summary>The least work that a case takes, and the time that this machine needs for it at its peak.</summary>
/// <param name="MultiplyAdds">Of kept weights by tokens, and of attention.</param>
/// <param name="Bytes">Kept weights with their places.</param>
/// <param name="Seconds">The multiply-adds at the rate that was measured with all operands in registers, on as many threads.</param>
internal sealed record RivalFloor(double MultiplyAdds, double Bytes, double Seconds)
{
    /// <summary>Bytes of a kept weight with its place, by precision: a place of two bytes, and none in a dense matrix.</summary>
    public static RivalFloor Of(RivalModel model, RivalBatch batch, RivalForm form, int threads, double floatsPerSecond, double bytesPerSecond)
    {
        double weights = model.Layers * 12.0 * model.Hidden * model.Hidden * (100 - form.Percent) / 100;
        double tokens = (double)batch.Sequences * batch.Tokens;
        double attention = model.Layers * 2.0 * model.Hidden * tokens * batch.Tokens;
        double bytes = weights * ((form.Precision == Precision.Int8 ? 1 : 4) + (form.Percent == 0 ? 0 : 2.0 / form.Block));
        double rate = form.Precision == Precision.Int8 ? bytesPerSecond : floatsPerSecond;
        return new RivalFloor(weights * tokens + attention, bytes, (weights * tokens / rate + attention / floatsPerSecond) / threads);
    }
}
