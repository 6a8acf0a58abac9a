using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Decide;

/// <summary>Which segments or datagrams of a sequence are lost: independently, in bursts of fixed length, or by Gilbert and Elliott.</summary>
public sealed class LossProcess(FaultChance chance)
{
    private int _burstLeft;
    private bool _bad;

    public bool IsNextLost(LinkFaults faults)
    {
        if (faults.Gilbert is { } model)
            return IsNextLost(model);
        if (_burstLeft > 0)
        {
            _burstLeft--;
            return true;
        }
        if (!chance.Happens(FaultChance.Use.Loss, faults.Loss))
            return false;
        _burstLeft = faults.BurstLength - 1;
        return true;
    }

    private bool IsNextLost(GilbertElliott model)
    {
        var wasBad = _bad;
        if (chance.Next(FaultChance.Use.LossState) < (wasBad ? model.ToGood : model.ToBad))
            _bad = !wasBad;
        return chance.Happens(FaultChance.Use.Loss, wasBad ? model.LossBad : model.LossGood);
    }
}
